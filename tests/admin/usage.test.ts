// `/usage` over a real gateway: its sums are those of the ledger's rows, whatever they are grouped by, and what is shown
// apart adds up to what is shown as a whole.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Json, refusal } from '../support/scripted-upstream.ts';
import { ask } from '../support/start-gateway.ts';
import { type AdminStand, startAdmin } from './stand.ts';

let admin: AdminStand;
let keys: Json[];

beforeAll(async () => {
  admin = await startAdmin();
  keys = [];
  // The last has a name that a spreadsheet would run.
  for (const name of ['web shop', 'batch jobs, nightly', '=HYPERLINK("x")']) {
    keys.push(await admin.post('/keys', { name }));
  }
  const chat = async (key: Json, members: object = {}) =>
    (await admin.gateway.chat(ask(members), { key: key.key })).text();
  for (const [index, key] of keys.entries()) {
    for (let count = 0; count <= index; count++) await chat(key, { user: `user-${index}` });
  }
  await chat(keys[0], { model: 'free-model' });
  admin.upstream.next(refusal(400, { error: { message: 'no', type: 'invalid_request_error' } }));
  await chat(keys[2]);
  await admin.gateway.ledger();
}, 60_000);
afterAll(() => admin[Symbol.asyncDispose]());

const sumOf = (rows: Json[], name: string) => rows.reduce((sum, row) => sum + BigInt(row[name]), 0n);
const columns = ['requests', 'errors', 'input_tokens', 'output_tokens', 'cost_nanousd'];

describe('usage', () => {
  test.each([
    'group_by=hour,model',
    'group_by=day,key&top=1',
    'group_by=week,project&time_zone=America/New_York',
    'group_by=month,key&top=2&order_by=requests&time_zone=Asia/Kolkata',
    'group_by=provider&top=1',
  ])('%s: data, series and total are the rows of the ledger', async (query) => {
    const rows = await admin.gateway.ledger();
    const { data, series, total } = await admin.get(`/usage?range=7d&${query}`);
    expect(total).toMatchObject({
      requests: rows.filter(({ state }) => state === 'settled').length,
      errors: rows.filter(({ error }) => error !== undefined).length,
      cost_nanousd: String(rows.reduce((sum, { cost }) => sum + (cost ?? 0n), 0n)),
    });
    for (const column of columns) {
      expect(sumOf(data, column)).toBe(BigInt(total[column]));
      if (series.length > 0) expect(sumOf(series, column)).toBe(BigInt(total[column]));
    }
  });

  test('the top values stand apart, all others are one row', async () => {
    const { data, series, names } = await admin.get(
      '/usage?range=24h&group_by=day,key&top=1&order_by=requests',
    );
    expect(data.filter(({ other }: Json) => other)).toHaveLength(1);
    expect(data.find(({ other }: Json) => !other).group.key).toBe(keys[2].id);
    expect(series.map(({ group }: Json) => names.key[group.key])).toContain('batch jobs, nightly');
    expect(names.key[keys[0].id]).toBe('web shop');
    const plain = await admin.get('/usage?range=24h&group_by=key&top=1');
    expect(plain.data).toMatchObject([{ group: { key: expect.any(String) } }, { group: {}, other: true }]);
  });

  test('every bucket of the range is there, and the one that runs is marked', async () => {
    const { buckets, from, to } = await admin.get('/usage?range=7d&group_by=day&time_zone=UTC');
    expect(buckets).toHaveLength(7);
    expect(buckets[0].start).toBe(from);
    expect(buckets.map(({ complete }: Json) => complete)).toEqual([...new Array(6).fill(true), false]);
    expect(Date.parse(to)).toBeGreaterThan(Date.now());
    const cut = await admin.get('/usage?from=2026-01-05T12:00:00Z&to=2026-01-07&group_by=day&time_zone=UTC');
    expect(cut.buckets.map(({ complete }: Json) => complete)).toEqual([false, true]);
  });

  test('errors by their code, beside all requests', async () => {
    const { data, series, total } = await admin.get('/usage?range=24h&group_by=hour,error');
    const [row] = (await admin.gateway.ledger()).filter(({ error }) => error !== undefined);
    expect(series).toMatchObject([{ group: { error: row?.error }, errors: 1 }]);
    expect(data[0].group.error).toBe(row?.error);
    expect(total.requests).toBeGreaterThan(5);
  });

  test('outcomes are of all requests that are over, also those that reached no model', async () => {
    const rows = await admin.gateway.ledger();
    const failed = rows.filter(({ error }) => error !== undefined).length;
    const { outcomes, total, previous } = await admin.get(
      '/usage?range=24h&group_by=hour,model&top=1&outcomes=true&compare=previous&percentiles=false',
    );
    expect(outcomes).toEqual({ ended: rows.length, failed, aborted: 0 });
    expect(failed).toBeGreaterThan(0);
    expect(rows.length).toBeGreaterThan(total.requests);
    expect(previous.outcomes).toEqual({ ended: 0, failed: 0, aborted: 0 });
    expect((await admin.get('/usage?range=24h')).outcomes).toBe(null);
  });

  test('the period before is in the same answer', async () => {
    const { previous, from } = await admin.get('/usage?range=24h&group_by=hour,model&top=3&compare=previous');
    expect(previous.to).toBe(from);
    expect(previous.buckets).toHaveLength(24);
    expect(previous).toMatchObject({ data: [], series: [], total: { requests: 0, cost_nanousd: '0' } });
    // Seen from the next hour on, what is now is the period before.
    const later = new Date(Math.ceil((Date.now() + 1) / 3_600_000) * 3_600_000);
    const range = `from=${later.toISOString()}&to=${new Date(later.getTime() + 24 * 3_600_000).toISOString()}`;
    const now = await admin.get('/usage?range=24h&group_by=model');
    const then = await admin.get(`/usage?${range}&group_by=hour,model&compare=previous`);
    expect(then.previous.total).toEqual(now.total);
    expect(then.previous.series).toEqual(now.data);
    expect(sumOf(then.previous.data, 'requests')).toBe(BigInt(now.total.requests));
    expect(then.previous.data[0].group).toEqual({ hour: expect.any(String) });
  });

  test('end users come from the rows, which the answer says', async () => {
    const { data, looked, total } = await admin.get('/usage?range=24h&group_by=end_user');
    expect(data.map(({ group, requests }: Json) => [group.end_user, requests])).toEqual([
      ['user-2', 3],
      ['user-1', 2],
      ['user-0', 1],
    ]);
    expect(looked).toMatchObject({ complete: true, rows: (await admin.gateway.ledger()).length });
    const inTime = await admin.get('/usage?range=24h&group_by=hour,end_user&top=1&compare=previous');
    expect(sumOf(inTime.data, 'cost_nanousd')).toBe(BigInt(total.cost_nanousd));
    expect(inTime.series).toHaveLength(3);
    const one = await admin.get('/usage?range=24h&group_by=hour&end_user=user-1');
    expect(one.total.requests).toBe(2);
  });

  test('percentiles of few requests are times that requests took', async () => {
    const rows = await admin.gateway.ledger();
    const middle = (times: readonly number[]) =>
      times.toSorted((a, b) => a - b)[Math.ceil(times.length / 2) - 1] ?? null;
    const durations = (model?: string) =>
      rows.flatMap((row) =>
        row.durationMs === undefined || (model !== undefined && row.model !== model) ? [] : [row.durationMs],
      );
    const { data, series, total } = await admin.get('/usage?range=24h&group_by=day,model&top=1');
    expect(total).toMatchObject({ exact_percentiles: true, duration_ms: { p50: middle(durations()) } });
    expect(total.duration_ms.p99).toBe(Math.max(...durations()));
    expect(durations('free-model')).toHaveLength(1);
    const other = data.find((row: Json) => row.other);
    expect(other.duration_ms).toEqual({
      p50: durations('free-model')[0],
      p95: durations('free-model')[0],
      p99: durations('free-model')[0],
    });
    expect(series.find((row: Json) => row.group.model === 'test-model').duration_ms.p50).toBe(
      middle(durations('test-model')),
    );
    const models = await admin.get('/models');
    expect(models.data.find(({ id, name }: Json) => (name ?? id) === 'free-model').traffic.p50_ms).toBe(
      durations('free-model')[0],
    );
  });

  test('as CSV, which no spreadsheet runs', async () => {
    const answer = await admin.call('GET', '/usage?range=24h&group_by=day,key&format=csv');
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(answer.headers.get('content-disposition')).toMatch(/tollgate-usage-.*\.csv/);
    const [head = '', ...lines] = answer.text.trimEnd().split('\r\n');
    expect(head).toMatch(/^day,key_id,key_name,requests,errors,.*cost_usd,cost_nanousd,duration_p50_ms/);
    expect(lines).toHaveLength(3);
    expect(answer.text).toContain(`"'=HYPERLINK(""x"")"`);
    expect(answer.text).toContain('"batch jobs, nightly"');
  });
});
