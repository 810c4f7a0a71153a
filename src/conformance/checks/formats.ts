// Answers in JSON: CONTRACT section 1, `response_format`.
import { Ajv } from 'ajv';
import type { Check, CheckGroup } from '../check.ts';
import { joined, readEventStream } from '../event-stream.ts';
import { answered, errorOf, kind, offered, refused, that } from '../expectations.ts';
import { at, isObject, parseJson } from '../look.ts';
import { type Mismatch, Skip } from '../outcome.ts';
import { anyObject, brief, report, reportSchema } from '../prompts.ts';

const fits = new Ajv().compile(reportSchema);

function judge(
  content: unknown,
  finishReason: unknown,
  holds: (value: unknown) => boolean,
  expected: string,
): Mismatch[] {
  if (finishReason === 'length') throw new Skip('the model was cut off before the end of its JSON');
  return [
    ...kind('content', content, 'a string that is not empty'),
    ...that(holds(parseJson(content)), 'content', expected, content),
  ];
}

const contract = '1';

const checks: readonly Check[] = [
  {
    id: 'format.text',
    title: 'response_format text is taken',
    severity: 'must',
    contract,
    async run({ server }) {
      answered('text', await server.chat({ ...brief, response_format: { type: 'text' } }));
      return [];
    },
  },
  {
    id: 'format.json-object',
    title: 'json_object: the content is a JSON object',
    severity: 'must',
    contract,
    async run({ server }) {
      const reply = await server.chat(anyObject);
      offered('json_object', reply);
      const choice = at(reply.json, 'choices', 0);
      return judge(at(choice, 'message', 'content'), at(choice, 'finish_reason'), isObject, 'a JSON object');
    },
  },
  {
    id: 'format.json-schema',
    title: 'json_schema, strict: the content fits the schema',
    severity: 'must',
    contract,
    async run({ server }) {
      const reply = await server.chat(report);
      offered('json_schema', reply);
      const choice = at(reply.json, 'choices', 0);
      return judge(at(choice, 'message', 'content'), at(choice, 'finish_reason'), fits, 'the schema');
    },
  },
  {
    id: 'format.json-schema-stream',
    title: 'json_schema in a stream: the pieces put together fit the schema',
    severity: 'must',
    contract: '1, 3',
    async run({ server }) {
      const reply = await server.chat({ ...report, stream: true });
      offered('json_schema', reply);
      const stream = readEventStream(reply);
      const reasons = stream.chunks.map((chunk) => at(chunk, 'choices', 0, 'finish_reason'));
      return judge(
        joined(stream, 'content'),
        reasons.find((reason) => reason),
        fits,
        'the schema',
      );
    },
  },
  {
    id: 'format.bad-schema',
    title: 'a schema that is none is refused, under response_format',
    severity: 'should',
    contract: '1, 4',
    async run({ server }) {
      const schema = { type: 'nonsense', properties: 7 };
      const reply = await server.chat({
        ...report,
        response_format: { type: 'json_schema', json_schema: { name: 'report', strict: true, schema } },
      });
      // Not this schema, but schemas as such.
      if (errorOf(reply).param === 'response_format.type') offered('json_schema', reply);
      return refused('type: "nonsense"', reply, {
        status: 400,
        code: [null, 'invalid_value', 'invalid_type', 'invalid_json_schema', 'unsupported_value'],
        param: /^response_format(?:$|\.json_schema)/,
      });
    },
  },
];

export const formatChecks: CheckGroup = { title: 'Structured output', checks };
