// The gateway in front of a perfect model passes every check, and none is skipped.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { catalogue, selectChecks } from '../../src/conformance/catalogue.ts';
import { type CheckResult, runChecks } from '../../src/conformance/run.ts';
import { connectTo } from '../../src/conformance/server.ts';
import { type ScriptedUpstream, startUpstream } from '../support/scripted-upstream.ts';
import { startGateway, type TestGateway } from '../support/start-gateway.ts';
import { conformingModel } from './conforming-model.ts';

let upstream: ScriptedUpstream;
let gateway: TestGateway;

beforeAll(async () => {
  upstream = await startUpstream(conformingModel);
  gateway = await startGateway({ upstreams: [upstream.url] });
});
afterAll(async () => {
  await gateway?.[Symbol.asyncDispose]();
  await upstream?.[Symbol.asyncDispose]();
});

test('every check passes', { timeout: 120_000 }, async () => {
  await using server = connectTo({
    baseUrl: `${gateway.url}/v1`,
    apiKey: gateway.key,
    model: 'test-model',
    timeoutMs: 60_000,
    large: true,
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  });
  const results: CheckResult[] = [];
  for await (const result of runChecks(catalogue, server, () => performance.now())) results.push(result);
  const others = results.filter(({ outcome }) => outcome !== 'pass');
  expect(
    others.map(({ check, outcome, mismatches, reason }) => ({ id: check.id, outcome, mismatches, reason })),
  ).toEqual([]);
  expect(results.map(({ check }) => check.id)).toEqual(
    catalogue.flatMap(({ checks }) => checks.map(({ id }) => id)),
  );
});

test('ids are unique, and each begins with its group', () => {
  const checks = catalogue.flatMap((group) => group.checks);
  expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
  for (const { id, contract } of checks) {
    expect(id).toMatch(/^[a-z-]+\.[a-z0-9_-]+$/);
    expect(contract).toMatch(/^[1-6](?:\.\d+)?(?:, [1-6](?:\.\d+)?)*$/);
  }
});

test('names select a check, or all whose id begins with them', () => {
  const ids = (names: string[]) =>
    selectChecks(names).groups.flatMap(({ checks }) => checks.map(({ id }) => id));
  expect(ids(['stream.done'])).toEqual(['stream.done']);
  expect(ids(['n'])).toEqual(['n.choices', 'n.stream-order', 'n.stream-each']);
  expect(ids(['stream']).every((id) => id.startsWith('stream.'))).toBe(true);
  expect(ids([]).length).toBeGreaterThan(100);
  expect(selectChecks(['str', 'n']).unknown).toEqual(['str']);
});
