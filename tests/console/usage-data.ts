// A ledger as months of use would have left it: rows over many days, keys with long names, errors, cheap and dear models; and
// the sums that go with them, made by the statements that an upgrade makes them with.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { firstIdOf } from '../../src/core/request-ids.ts';
import { prices } from '../../src/store/migrations/0004-prices.ts';
import { usageDays } from '../../src/store/migrations/0011-usage-days.ts';

export interface UsedKey {
  readonly id: string;
  readonly project_id: string;
}

const models = [
  { name: 'gpt-5.1', provider: 'openai', cost: 21_000_000, ms: 2_600 },
  { name: 'claude-sonnet-4.5', provider: 'anthropic', cost: 34_000_000, ms: 3_900 },
  { name: 'gpt-5.1-mini', provider: 'openai', cost: 2_100_000, ms: 900 },
  { name: 'gemini-3-flash', provider: 'gemini', cost: 900_000, ms: 700 },
  { name: 'qwen3-coder-30b-a3b-instruct', provider: 'cluster', cost: 12_000, ms: 1_700 },
  { name: 'tollgate-local', provider: 'local', cost: 0, ms: 5_200 },
];
const errors = ['upstream_rate_limited', 'upstream_timeout', 'client_closed_request', 'upstream_error'];
const dayMs = 86_400_000;

/**
 * `folder`: of a test's gateway. Rows of `days` days before `now` (Unix ms), the newest a minute old, one every `pauseMinutes` or so.
 * Returns how many.
 */
export function fillUsage(
  folder: string,
  keys: readonly UsedKey[],
  now: number,
  days = 45,
  pauseMinutes = 40,
): number {
  using database = new DatabaseSync(join(folder, 'data', 'tollgate.sqlite'));
  const random = dice(7);
  const insert = database.prepare(
    `insert into requests (id, state, key_id, project_id, model, provider, upstream_model, price_version, hold_nanousd,
      cost_nanousd, input_tokens, output_tokens, cached_input_tokens, reasoning_tokens, usage_source, stream, partial,
      recovered, error, started_at, first_token_ms, duration_ms, node_epoch, end_user, hold_tokens)
    values (?, ?, ?, ?, ?, ?, ?, 'free', 0, ?, ?, ?, ?, ?, 'reported', 1, 0, 0, ?, ?, ?, ?, 1, ?, 1000000)`,
  );
  let number = 0;
  database.exec('begin');
  for (let at = now - days * dayMs; at < now - 60_000; ) {
    // Days are busy and nights and weekends quiet.
    const date = new Date(at);
    const busy =
      (date.getUTCDay() % 6 === 0 ? 0.3 : 1) *
      (1.15 + Math.sin(((date.getUTCHours() - 8) / 24) * 2 * Math.PI));
    at += Math.ceil((pauseMinutes * 60_000 * (0.3 + random())) / Math.max(0.2, busy));
    if (at >= now - 60_000) break;
    const model = models[Math.floor(random() ** 1.6 * models.length)];
    const key = keys[Math.floor(random() ** 1.9 * keys.length)];
    if (!model || !key) continue;
    const failed = random() < 0.04 ? errors[Math.floor(random() ** 1.5 * errors.length)] : undefined;
    const settled = failed === undefined || failed === 'client_closed_request';
    const [input, output] = settled
      ? [Math.floor(300 + 5000 * random() ** 3), Math.floor(40 + 1200 * random() ** 2)]
      : [0, 0];
    const slow = (0.5 + random() ** 3 * 6) * model.ms;
    insert.run(
      `${firstIdOf(at)}${String(++number).padStart(14, '0')}`,
      settled ? 'settled' : 'released',
      key.id,
      key.project_id,
      model.name,
      model.provider,
      model.name,
      settled ? Math.floor(model.cost * (0.3 + random() * 2)) : 0,
      input,
      output,
      Math.floor(input * random() * 0.7),
      model.cost > 20_000_000 ? Math.floor(output * 0.4) : 0,
      failed ?? null,
      at,
      settled ? Math.floor(slow * 0.2) : null,
      Math.floor(slow),
      random() < 0.6 ? `customer-${Math.floor(random() ** 2 * 12)}` : null,
    );
  }
  for (const table of ['usage_hours', 'usage_days', 'usage_errors', 'usage_error_days'])
    database.exec(`delete from ${table}`);
  for (const text of [...prices.statements, ...usageDays.statements]) {
    if (/^insert into usage_/.test(text)) database.exec(text);
  }
  database.exec('commit');
  return number;
}

/** The same rows each time. Mulberry32, as in the literature on small generators. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
