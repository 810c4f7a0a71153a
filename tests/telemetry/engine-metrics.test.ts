// What GET /metrics says of the embedded model, by a real one: its slots, its line, its tokens; and nothing while there is none.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { endless, type TinyFile, user, writeTinyModel } from '../../src/local/fixtures/tiny-model.ts';
import { createLocalEngine, type SupervisedEngine } from '../../src/local/supervisor.ts';
import { startGateway, type TestGateway } from '../support/start-gateway.ts';
import { type ReadMetrics, readMetrics } from './read-metrics.ts';

let model: TinyFile;
let data: string;
let engine: SupervisedEngine;
let gateway: TestGateway;

beforeAll(async () => {
  model = writeTinyModel();
  // Short: it holds a socket, whose path must not be long.
  data = await mkdtemp(join(tmpdir(), 'tg-'));
  engine = createLocalEngine({
    setting: model.path,
    dataFolder: data,
    environment: process.env,
    child: { slots: 2, threads: 1 },
  });
  gateway = await startGateway({
    upstreams: ['http://127.0.0.1:9'],
    engine,
    server: { metrics: { public: true } },
    models,
  });
}, 60_000);
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await rm(data, { recursive: true, force: true });
  model[Symbol.dispose]();
});

const models = { 'free-model': { price: 'free', route: [[{ provider: 'local', model: 'tiny' }]] } };

async function look(): Promise<ReadMetrics> {
  return readMetrics(await (await fetch(`${gateway.url}/metrics`)).text());
}

/** Looks where the model says nothing are passed over: on a busy machine it may not answer in time. */
async function until(holds: (metrics: ReadMetrics) => boolean): Promise<ReadMetrics> {
  for (;;) {
    const metrics = await look();
    if (has(metrics, 'tollgate_engine_slots') && holds(metrics)) return metrics;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const has = (metrics: ReadMetrics, name: string) => metrics.samples.some((sample) => sample.name === name);

test('slots, the line before them, and tokens', { timeout: 60_000 }, async () => {
  const idle = await until(() => true);
  expect(idle.sum('tollgate_engine_slots')).toBe(2);
  expect(idle.sum('tollgate_engine_slots_busy')).toBe(0);
  expect(idle.sum('tollgate_engine_queue_depth')).toBe(0);
  expect(idle.types.get('tollgate_engine_tokens_total')).toBe('counter');
  expect(idle.sum('tollgate_engine_resident_memory_bytes')).toBeGreaterThan(10_000_000);

  const leaving = new AbortController();
  const { signal } = leaving;
  const long = { model: 'free-model', logit_bias: endless, max_tokens: 8000, stream: true };
  // Each asks again when its answer is over, which it may be before a busy machine lets this test look.
  const clients = ['a', 'b', 'c'].map(async (content) => {
    while (!signal.aborted)
      await (await gateway.chat({ ...long, messages: user(content) }, { signal })).text();
  });
  await until(
    (metrics) =>
      metrics.sum('tollgate_engine_slots_busy') === 2 && metrics.sum('tollgate_engine_queue_depth') === 1,
  );
  await until((metrics) => metrics.sum('tollgate_engine_tokens_total', { type: 'output' }) > 0);
  leaving.abort();
  await Promise.allSettled(clients);
  const after = await until((metrics) => metrics.sum('tollgate_engine_slots_busy') === 0);
  expect(after.sum('tollgate_engine_tokens_total', { type: 'input' })).toBeGreaterThan(0);
  expect(after.sum('tollgate_engine_queue_depth')).toBe(0);
});

test('nothing once it is gone', async () => {
  await engine[Symbol.asyncDispose]();
  const metrics = await look();
  expect(metrics.sum('tollgate_engine_state', { state: 'stopped' })).toBe(1);
  expect(metrics.types.get('tollgate_engine_slots')).toBe('gauge');
  for (const name of ['slots', 'slots_busy', 'queue_depth', 'tokens_total', 'resident_memory_bytes'])
    expect(has(metrics, `tollgate_engine_${name}`)).toBe(false);
});
