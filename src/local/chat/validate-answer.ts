// The last look at what was promised to fit a strict schema. The grammar makes it fit; if it does not, the client must
// not be told that all is well.
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { TollgateError } from '../../core/errors.ts';
import type { AnswerEvent } from './answer.ts';
import type { FunctionDefinition, LocalChatRequest } from './request.ts';

export interface AnswerValidator {
  add(event: AnswerEvent): void;
  /** For an answer that nothing cut off. Throws TollgateError `internal_error`. */
  check(): void;
}

/** `undefined` where nothing strict was asked for. */
export function createAnswerValidator({
  format,
  tools,
}: Pick<LocalChatRequest, 'format' | 'tools'>): AnswerValidator | undefined {
  const schema = format?.kind === 'schema' && format.strict ? format.schema : undefined;
  if (schema === undefined && !tools.some((tool) => tool.strict)) return undefined;
  let content = '';
  const calls: { readonly name: string; input: string }[] = [];
  return {
    add(event) {
      if (event.type === 'text-delta') content += event.text;
      else if (event.type === 'tool-input-start') calls.push({ name: event.name, input: '' });
      else if (event.type === 'tool-input-delta') {
        const last = calls.at(-1);
        if (last) last.input += event.text;
      }
    },
    check() {
      if (schema && calls.length === 0) check(schema, content);
      for (const { name, input } of calls) {
        const tool = tools.find((one) => one.name === name);
        if (tool?.strict) check(parametersOf(tool), input);
      }
    },
  };
}

/** No parameters are no arguments. */
function parametersOf({ parameters }: FunctionDefinition): Readonly<Record<string, unknown>> {
  return parameters ?? { type: 'object', properties: {}, additionalProperties: false };
}

/** The grammar has seen to patterns; a client's own pattern could keep this process busy for ever. */
const anyPattern = Object.assign(() => ({ test: () => true }), { code: '' });

function check(schema: Readonly<Record<string, unknown>>, text: string): void {
  // Ajv leaves properties of this name out of a schema.
  if (JSON.stringify(schema).includes('"__proto__"')) return;
  const { $schema, $id, ...plain } = schema;
  const ajv = new Ajv2020({
    strict: false,
    validateSchema: false,
    logger: false,
    code: { regExp: anyPattern },
  });
  addFormats.default(ajv);
  let wrong: unknown;
  try {
    const validate = ajv.compile(plain);
    if (!validate(JSON.parse(text))) wrong = new Error(ajv.errorsText(validate.errors));
  } catch (error) {
    wrong = error;
  }
  if (wrong !== undefined) throw new TollgateError('internal_error', { cause: wrong });
}
