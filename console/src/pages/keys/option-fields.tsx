// What differs for one key from the settings of models and server; rarely needed, so folded.
import { useState } from 'react';
import { useMay } from '../../api/session.ts';
import { Field } from '../../ui/field.tsx';
import { Input, Select } from '../../ui/input.tsx';
import { Checkbox } from '../../ui/toggle.tsx';
import type { KeyDraft, LogContent } from './key-draft.ts';

interface OptionFieldsProps {
  readonly draft: KeyDraft;
  readonly set: (change: Partial<KeyDraft>) => void;
  readonly errorOf: (param: string) => string | undefined;
}

export function OptionFields({ draft, set, errorOf }: OptionFieldsProps) {
  const isSet =
    draft.strictParams ||
    draft.reasoningAlias ||
    draft.maxOutputTokens !== '' ||
    draft.logContent !== 'default';
  const failed = errorOf('options') !== undefined;
  const [open, setOpen] = useState(isSet);
  const mayLog = useMay('admin');
  return (
    <details
      open={open || failed}
      onToggle={(event) => setOpen(event.currentTarget.open)}
      className="rounded-md border border-line px-3 py-2"
    >
      <summary className="cursor-pointer font-medium text-sm">
        More options{isSet ? <span className="ml-1 font-normal text-faint">(some are set)</span> : null}
      </summary>
      <div className="mt-3 space-y-4 pb-1">
        <Checkbox
          label="Refuse unknown fields"
          hint="A request with a field that nobody knows, or that a provider would not get, gets 400 instead of being passed on."
          checked={draft.strictParams}
          onChange={(strictParams) => set({ strictParams })}
        />
        <Checkbox
          label="Reasoning also as “reasoning”"
          hint="Beside “reasoning_content”, for clients that read the other name."
          checked={draft.reasoningAlias}
          onChange={(reasoningAlias) => set({ reasoningAlias })}
        />
        <Field
          label="Longest answer"
          error={errorOf('options.max_output_tokens')}
          hint="Larger wishes are lowered to it. Empty: as the model allows."
        >
          {(control) => (
            <Input
              {...control}
              inputMode="numeric"
              autoComplete="off"
              after="tokens"
              value={draft.maxOutputTokens}
              onChange={(event) => set({ maxOutputTokens: event.target.value })}
            />
          )}
        </Field>
        <Field
          label="Content logging"
          error={errorOf('options.log_content')}
          hint="Whether what is said in its requests is kept, for whoever may read it."
        >
          {(control) => (
            <Select
              {...control}
              value={draft.logContent}
              onChange={(event) => set({ logContent: event.target.value as LogContent })}
            >
              <option value="default">As tollgate.yaml says</option>
              {mayLog || draft.logContent === 'always' ? <option value="always">Keep it</option> : null}
              <option value="never">Never keep it</option>
            </Select>
          )}
        </Field>
      </div>
    </details>
  );
}
