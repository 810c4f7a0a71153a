// Sets the price of a model: input, cached input and output, or nothing. Classes that are set already and have no field here go on.
import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { Model, Price } from '../../api/contract.ts';
import { fieldError } from '../../api/error.ts';
import { useWrite } from '../../api/queries.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNote } from '../../ui/error-state.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { priceWords, ratesOf } from '../../ui/routing/price-words.ts';
import { useToast } from '../../ui/toast.tsx';
import { Checkbox } from '../../ui/toggle.tsx';

interface PriceDialogProps {
  readonly open: boolean;
  readonly model: Model;
  readonly onClose: () => void;
}

const fields = [
  ['input', 'Input', undefined],
  ['cached_input', 'Cached input', 'Empty: as input.'],
  ['output', 'Output', undefined],
] as const;

export function PriceDialog({ open, model, onClose }: PriceDialogProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => (next ? undefined : onClose())}
      title={`Price of “${model.name}”`}
      description="USD per million tokens, for requests that begin from now on. Those under way keep the price they began with."
    >
      {open ? <Form model={model} onClose={onClose} /> : null}
    </Dialog>
  );
}

function Form({ model, onClose }: Omit<PriceDialogProps, 'open'>) {
  const before = ratesOf(model.price?.terms);
  const [free, setFree] = useState(model.price?.version === 'free');
  const [amounts, setAmounts] = useState<Record<string, string>>(() =>
    Object.fromEntries(fields.map(([name]) => [name, String(before[name] ?? '')])),
  );
  const toast = useToast();
  const others = Object.keys(before).filter((name) => !fields.some(([field]) => field === name));
  const save = useWrite<void, Price>({
    run: () => {
      const typed = Object.entries(amounts).filter(([, amount]) => amount.trim() !== '');
      const kept = Object.entries(before).filter(([name]) => others.includes(name));
      const terms = free
        ? 'free'
        : Object.fromEntries([...kept, ...typed.map(([name, amount]) => [name, amount.trim()])]);
      return api.post<Price>('/prices', { model: model.name, terms });
    },
    rereads: [['prices'], ['models']],
    onDone: (price) => {
      toast({
        title: `“${model.name}” costs ${priceWords(price.terms)}`,
        detail: 'At every node within two seconds.',
      });
      onClose();
    },
  });
  const placed = fields.some(([name]) => fieldError(save.error, `terms.${name}`) !== undefined);
  return (
    <form
      noValidate
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (!save.isPending) save.mutate();
      }}
    >
      <div className="grid gap-4 sm:grid-cols-3">
        {fields.map(([name, label, hint], index) => (
          <Field
            key={name}
            label={label}
            error={fieldError(save.error, `terms.${name}`)}
            {...(hint ? { hint } : {})}
          >
            {(control) => (
              <Input
                {...control}
                autoFocus={index === 0}
                before="$"
                inputMode="decimal"
                autoComplete="off"
                disabled={free}
                value={amounts[name] ?? ''}
                onChange={(event) => setAmounts((now) => ({ ...now, [name]: event.target.value }))}
              />
            )}
          </Field>
        ))}
      </div>
      <Checkbox
        label="It costs nothing"
        hint="For models on machines of your own."
        checked={free}
        onChange={setFree}
      />
      {!free && others.length > 0 ? (
        <p className="text-faint text-xs">
          Also kept as they are: {others.map((name) => name.replaceAll('_', ' ')).join(', ')}.
        </p>
      ) : null}
      {save.isError && !placed ? <ErrorNote error={save.error} /> : null}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="primary" busy={save.isPending}>
          Set price
        </Button>
      </div>
    </form>
  );
}
