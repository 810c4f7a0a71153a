// Each check can fail: a server that lies in one way is found out by the check that is about it, and by a mismatch, not
// by a skip. Without the lie the same check passes.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { catalogue } from '../../src/conformance/catalogue.ts';
import { type CheckResult, runChecks } from '../../src/conformance/run.ts';
import { connectTo } from '../../src/conformance/server.ts';
import { type ScriptedUpstream, startUpstream } from '../support/scripted-upstream.ts';
import { startGateway, type TestGateway } from '../support/start-gateway.ts';
import { conformingModel } from './conforming-model.ts';
import { answerLies } from './lies/answers.ts';
import { capabilityLies } from './lies/capabilities.ts';
import { failureLies } from './lies/failures.ts';
import { streamLies } from './lies/streams.ts';
import { accepts, error, nth, put, refuses } from './lies/telling.ts';
import { toolLies } from './lies/tools.ts';
import { type Lie, type LyingProxy, startLyingProxy } from './lying-proxy.ts';

const lies = { ...answerLies, ...streamLies, ...toolLies, ...capabilityLies, ...failureLies };
const ids = catalogue.flatMap(({ checks }) => checks.map(({ id }) => id));
/** Requests that must be taken; all other `request.…` are refusals. */
const taken = ['null', 'roles', 'text-parts', 'tool-history', 'max-tokens-alias', 'unknown-field'].map(
  (name) => `request.${name}`,
);
const refusals = ids.filter((id) => id.startsWith('request.') && !taken.includes(id));

let upstream: ScriptedUpstream;
let gateway: TestGateway;
let proxy: LyingProxy;

beforeAll(async () => {
  upstream = await startUpstream(conformingModel);
  gateway = await startGateway({ upstreams: [upstream.url] });
  proxy = await startLyingProxy(gateway.url);
});
afterAll(async () => {
  expect(proxy.failures()).toEqual([]);
  await proxy?.[Symbol.asyncDispose]();
  await gateway?.[Symbol.asyncDispose]();
  await upstream?.[Symbol.asyncDispose]();
});

async function judge(id: string, lie?: Lie): Promise<CheckResult> {
  const check = catalogue.flatMap(({ checks }) => checks).find((candidate) => candidate.id === id);
  if (!check) throw new Error(`there is no check ${id}`);
  proxy.tell(lie);
  await using server = connectTo({
    baseUrl: `${proxy.url}/v1`,
    apiKey: gateway.key,
    model: 'test-model',
    timeoutMs: 60_000,
    large: id === 'error.too-large',
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, Math.min(ms, 50))),
  });
  for await (const result of runChecks([{ title: '', checks: [check] }], server, () => 0)) return result;
  throw new Error('no result');
}

test('there is a lie for every check', () => {
  const told = [...Object.keys(lies), ...taken, ...refusals];
  expect(told.toSorted()).toEqual(ids.toSorted());
});

describe.each(Object.entries(lies))('%s', (id, table) => {
  test('finds what is wrong', { timeout: 60_000 }, async () => {
    expect(await judge(id)).toMatchObject({ outcome: 'pass' });
    for (const [place, lie] of table.entries()) {
      const { outcome, mismatches, reason } = await judge(id, lie);
      expect({ place, outcome, reason }).toEqual({ place, outcome: 'fail', reason: undefined });
      expect(mismatches.length).toBeGreaterThan(0);
      for (const { at, expected, actual } of mismatches) expect(at && expected && actual).toBeTruthy();
    }
  });
});

describe.each(refusals)('%s', (id) => {
  test('finds each request that is taken, and each code and param', { timeout: 60_000 }, async () => {
    expect(await judge(id)).toMatchObject({ outcome: 'pass' });
    const requests = proxy.requests();
    expect(requests).toBeGreaterThan(0);
    for (let number = 1; number <= requests; number++) {
      const wrongs = [
        accepts,
        error((it) => void put(it, { code: 'conformance' })),
        error((it) => void put(it, { param: 'conformance' })),
        error((it) => void put(it, { param: null })),
      ];
      for (const lie of wrongs) {
        const { outcome, mismatches } = await judge(id, nth(number, lie));
        expect({ outcome, found: mismatches.length }).toEqual({ outcome: 'fail', found: 1 });
      }
    }
  });
});

describe.each(taken)('%s', (id) => {
  test('finds each request that is refused', { timeout: 60_000 }, async () => {
    expect(await judge(id)).toMatchObject({ outcome: 'pass' });
    const requests = proxy.requests();
    for (let number = 1; number <= requests; number++) {
      expect(await judge(id, nth(number, refuses(400)))).toMatchObject({ outcome: 'fail' });
      expect(await judge(id, nth(number, refuses(500)))).toMatchObject({ outcome: 'fail' });
    }
  });
});
