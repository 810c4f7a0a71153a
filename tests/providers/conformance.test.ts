// All checks of `tollgate conformance` through every adapter, in front of a model that does what it is asked on the
// provider's own wire. What does not pass stands here with its reason; everything else has to.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { catalogue } from '../../src/conformance/catalogue.ts';
import { type CheckResult, runChecks } from '../../src/conformance/run.ts';
import { connectTo } from '../../src/conformance/server.ts';
import { type WireName, wireNames } from './wires/all.ts';
import { type Stand, startStand } from './wires/stand.ts';

interface Exception {
  readonly outcome: 'skip' | 'fail';
  readonly why: string;
}

const skips = (ids: readonly string[], why: string): Record<string, Exception> =>
  Object.fromEntries(ids.map((id) => [id, { outcome: 'skip', why }]));

const thoughts = ['reasoning.field', 'reasoning.counted', 'reasoning.stream-order'];
const noThoughts = skips(thoughts, 'chat completions of OpenAI never tell thoughts');
const noLogprobs = skips(
  ['logprobs.content', 'logprobs.text', 'logprobs.top', 'logprobs.stream'],
  'the provider tells no probabilities in this shape: refused with 400',
);
const oneChoice = skips(
  ['n.choices', 'n.stream-order', 'n.stream-each'],
  'the provider has one answer only: refused with 400',
);

const noBudget = skips(
  thoughts,
  'the check leaves 1,024 tokens, which is no room for its smallest budget and an answer',
);

const schemaAsTool: Record<string, Exception> = {
  'format.bad-schema': {
    outcome: 'fail',
    why: 'asked for as a tool, so its refusal names no field of the client',
  },
};

const exceptions: Record<WireName, Readonly<Record<string, Exception>>> = {
  'openai-compatible': {},
  openai: noThoughts,
  'openai (Responses)': {
    ...noLogprobs,
    ...oneChoice,
    'answer.length': {
      outcome: 'fail',
      why: 'the check asks for less than 16 tokens, the least of that API',
    },
  },
  'azure-openai': noThoughts,
  'azure-openai (dated)': noThoughts,
  'anthropic (adaptive)': { ...noLogprobs, ...oneChoice },
  'anthropic (budget)': { ...noLogprobs, ...oneChoice, ...noBudget },
  'anthropic (older)': {
    ...noLogprobs,
    ...oneChoice,
    ...noBudget,
    ...schemaAsTool,
  },
  gemini: noLogprobs,
  'bedrock (adaptive)': {
    ...noLogprobs,
    ...oneChoice,
    'reasoning.counted': {
      outcome: 'fail',
      why: 'the Converse API counts thoughts as output and does not tell how many there were',
    },
  },
  'bedrock (budget)': { ...noLogprobs, ...oneChoice, ...noBudget },
  'bedrock (older)': { ...noLogprobs, ...oneChoice, ...noBudget, ...schemaAsTool },
};

let stand: Stand;
beforeAll(async () => {
  stand = await startStand();
});
afterAll(() => stand?.[Symbol.asyncDispose]());

async function resultsOf(name: WireName): Promise<CheckResult[]> {
  const { gateway, at } = stand;
  await using server = connectTo({
    baseUrl: `${gateway.url}/v1`,
    apiKey: gateway.key,
    model: at[name].model,
    timeoutMs: 120_000,
    large: true,
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  });
  const results: CheckResult[] = [];
  for await (const result of runChecks(catalogue, server, () => performance.now())) results.push(result);
  return results;
}

test.each(wireNames)('%s', { timeout: 300_000 }, async (name) => {
  const results = await resultsOf(name);
  expect(results.length).toBe(catalogue.flatMap(({ checks }) => checks).length);
  const rest = results.filter(({ outcome }) => outcome !== 'pass');
  const told = rest.map(({ check, outcome, mismatches }) => ({ id: check.id, outcome, mismatches }));
  expect(told).toEqual(
    results.flatMap(({ check: { id } }) => {
      const exception = exceptions[name][id];
      return exception ? [{ id, outcome: exception.outcome, mismatches: expect.anything() }] : [];
    }),
  );
});
