// The response headers, each described once. Which answer carries which: src/pipeline/respond.ts and relay.ts.

interface Header {
  readonly description: string;
  readonly schema: { readonly type: string; readonly minimum?: number };
  readonly example: string | number;
}

const text = (description: string, example: string): Header => ({
  description,
  schema: { type: 'string' },
  example,
});
const number = (description: string, example: number): Header => ({
  description,
  schema: { type: 'integer', minimum: 0 },
  example,
});

export const headers = {
  'x-request-id': text('Id of the request. Quote it when you ask about an answer.', 'req_0197f3a2c1d4'),
  'openai-version': text('Version of the wire contract.', '2020-10-01'),
  'openai-processing-ms': number('Milliseconds from the request to the first byte of the answer.', 412),
  'x-tollgate-served-by': text('What served the request: provider and model.', 'openai/gpt-5.1'),
  'x-tollgate-max-tokens': number(
    'The output limit the model got, where it is lower than the one asked for.',
    4096,
  ),
  'x-tollgate-dropped-params': text(
    'Fields of the request that were left out because the provider has nothing like them.',
    'logit_bias, seed',
  ),
  'idempotent-replayed': text(
    '`true` where the answer is that of an earlier request with the same `Idempotency-Key`.',
    'true',
  ),
  'x-tollgate-original-request-id': text(
    'With `idempotent-replayed`: the id of the request that was run, as the ledger has it.',
    'req_0197f3a2c1d4',
  ),
  'retry-after': number('Seconds to wait before a retry.', 2),
  'retry-after-ms': number('The same in milliseconds.', 1500),
  'x-should-retry': text('`false` where a retry cannot help; official clients obey it.', 'false'),
} as const;

export type HeaderName = keyof typeof headers;

const ofAll: readonly HeaderName[] = ['x-request-id', 'openai-version'];
export const headersOfAnswer: readonly HeaderName[] = [
  ...ofAll,
  'openai-processing-ms',
  'x-tollgate-served-by',
  'x-tollgate-max-tokens',
  'x-tollgate-dropped-params',
  'idempotent-replayed',
  'x-tollgate-original-request-id',
];
export const headersOfPlainAnswer = ofAll;

export function headersOfError(status: number): readonly HeaderName[] {
  if (status === 409 || status === 429 || status === 503)
    return [...ofAll, 'retry-after', 'retry-after-ms', 'x-should-retry'];
  return status >= 500 ? [...ofAll, 'x-should-retry'] : ofAll;
}

/** As the `headers` member of a response. */
export function headerReferences(names: readonly HeaderName[]) {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}
