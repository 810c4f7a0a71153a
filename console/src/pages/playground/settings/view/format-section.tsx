// In which form the answer has to come: as text, as any JSON object, or by a schema.
import { Field } from '../../../../ui/field.tsx';
import { Input, Textarea } from '../../../../ui/input.tsx';
import { Checkbox, Segmented } from '../../../../ui/toggle.tsx';
import type { AnswerFormat } from '../../conversation/session.ts';
import { usePlaygroundSession, usePlaygroundView } from '../../view/context.ts';
import { schemaProblem } from '../tools.ts';
import { Section } from './section.tsx';

const formats = [
  { value: 'text', label: 'Text' },
  { value: 'json_object', label: 'JSON' },
  { value: 'json_schema', label: 'JSON schema' },
] as const;

const exampleSchema = JSON.stringify(
  {
    type: 'object',
    properties: { answer: { type: 'string' }, confidence: { type: 'number', minimum: 0, maximum: 1 } },
    required: ['answer', 'confidence'],
    additionalProperties: false,
  },
  null,
  2,
);

export function FormatSection() {
  const { playground, models } = usePlaygroundView();
  const { format, lanes } = usePlaygroundSession();
  const set = (next: AnswerFormat) => playground.update((session) => ({ ...session, format: next }));
  const blind = lanes.find(
    ({ model }) => models.find(({ name }) => name === model)?.takes.json_schema === false,
  )?.model;
  return (
    <Section
      title="Answer format"
      note={format.type === 'text' ? undefined : formats.find(({ value }) => value === format.type)?.label}
    >
      <Segmented
        label="Answer format"
        value={format.type}
        options={formats}
        onChange={(type) =>
          set(
            type === 'json_schema' ? { type, name: 'answer', schema: exampleSchema, strict: true } : { type },
          )
        }
      />
      {format.type === 'json_object' ? (
        <p className="text-faint text-xs">
          Say in the message that you want JSON: some providers insist on it.
        </p>
      ) : null}
      {format.type === 'json_schema' ? (
        <>
          {blind === undefined ? null : (
            <p className="text-warn-text text-xs">{blind} takes no JSON schemas: the request is refused.</p>
          )}
          <Field
            label="Name"
            error={
              /^[A-Za-z0-9_-]{1,64}$/.test(format.name) ? undefined : '1 to 64 letters, digits, _ and -.'
            }
          >
            {(control) => (
              <Input
                {...control}
                mono
                value={format.name}
                onChange={(event) => set({ ...format, name: event.target.value })}
              />
            )}
          </Field>
          <Field label="Schema" error={schemaProblem(format.schema)}>
            {(control) => (
              <Textarea
                {...control}
                mono
                rows={12}
                spellCheck={false}
                value={format.schema}
                onChange={(event) => set({ ...format, schema: event.target.value })}
              />
            )}
          </Field>
          <Checkbox
            label="Strict"
            hint="The answer must follow the schema exactly."
            checked={format.strict}
            onChange={(strict) => set({ ...format, strict })}
          />
        </>
      ) : null}
    </Section>
  );
}
