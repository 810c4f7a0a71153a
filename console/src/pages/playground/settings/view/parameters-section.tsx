// All parameters of a session. Only what is set is sent.
import { Button } from '../../../../ui/button.tsx';
import { Field } from '../../../../ui/field.tsx';
import { Input, Select } from '../../../../ui/input.tsx';
import type { Parameters } from '../../conversation/session.ts';
import { usePlaygroundSession, usePlaygroundView } from '../../view/context.ts';
import { countSet, mostStops, numberParameters, reasoningEfforts, withParameter } from '../parameters.ts';
import { NumberRow } from './number-row.tsx';
import { Section } from './section.tsx';

export function ParametersSection() {
  const { playground, models } = usePlaygroundView();
  const { parameters, lanes } = usePlaygroundSession();
  const set = <Name extends keyof Parameters>(name: Name, value: Parameters[Name] | undefined) =>
    playground.update((session) => ({
      ...session,
      parameters: withParameter(session.parameters, name, value),
    }));
  const ignored = (name: string) =>
    lanes.every(({ model }) => models.find((each) => each.name === model)?.ignores.includes(name) === true);
  const count = countSet(parameters);
  return (
    <Section
      title="Parameters"
      note={count === 0 ? 'none set' : `${count} set`}
      action={
        count > 0 ? (
          <Button
            size="sm"
            variant="ghost"
            onClick={() => playground.update((session) => ({ ...session, parameters: {} }))}
          >
            Reset all
          </Button>
        ) : null
      }
    >
      {numberParameters.map((parameter) => (
        <NumberRow
          key={parameter.name}
          parameter={parameter}
          value={parameters[parameter.name]}
          ignored={ignored(parameter.name)}
          onValue={(value) => set(parameter.name, value)}
        />
      ))}
      <Field label="Reasoning effort" hint="How long the model may think before it answers, where it can.">
        {(control) => (
          <Select
            {...control}
            value={parameters.reasoning_effort ?? ''}
            onChange={(event) => set('reasoning_effort', event.target.value || undefined)}
          >
            <option value="">Default of the model</option>
            {reasoningEfforts.map((effort) => (
              <option key={effort} value={effort}>
                {effort}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <StopField stops={parameters.stop ?? []} onStops={(stops) => set('stop', stops)} />
    </Section>
  );
}

interface StopFieldProps {
  readonly stops: readonly string[];
  readonly onStops: (stops: readonly string[] | undefined) => void;
}

/** A field more than there are texts, up to the most that the wire takes. `\n` is typed as such. */
function StopField({ stops, onStops }: StopFieldProps) {
  const fields = stops.length < mostStops ? [...stops, ''] : stops;
  const put = (at: number, text: string) => {
    const next = fields.map((each, index) => (index === at ? text : each)).filter((each) => each !== '');
    onStops(next.length === 0 ? undefined : next);
  };
  return (
    <fieldset>
      <legend className="mb-1 font-medium text-sm">Stop sequences</legend>
      <div className="space-y-1.5">
        {fields.map((stop, at) => (
          <Input
            // biome-ignore lint/suspicious/noArrayIndexKey: the place is what a field is
            key={at}
            mono
            aria-label={`Stop sequence ${at + 1}`}
            value={stop.replaceAll('\n', '\\n').replaceAll('\t', '\\t')}
            placeholder={at === 0 ? 'END' : 'Another'}
            onChange={(event) => put(at, event.target.value.replaceAll('\\n', '\n').replaceAll('\\t', '\t'))}
          />
        ))}
      </div>
      <p className="mt-1 text-faint text-xs">The answer ends before any of these. \n is a line break.</p>
    </fieldset>
  );
}
