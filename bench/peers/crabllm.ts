// crabllm, a gateway in Rust, built from its crate: keys, budget, usage and audit records in SQLite.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { apiKey } from '../gateway.ts';
import { price, publicModel } from '../wire.ts';
import { command } from './install.ts';
import { type BookRow, chatPath, type PeerKind } from './peer.ts';
import { freePort, serve } from './serve.ts';

const version = '0.0.25';
const program = (folder: string) => join(folder, 'bin', 'crabllm');

export const crabllm: PeerKind = {
  name: 'crabllm',
  title: 'crabllm (Rust)',
  duties: {
    keys: 'keys of its file',
    limits: 'a budget per key, compared before the call, nothing reserved',
    ledger: 'counters of usage and cost, and an audit record per request, in SQLite',
  },
  hasBudget: true,
  async install(folder) {
    if (!isInstalled(folder)) {
      const options = ['--locked', '--features', 'storage-sqlite', '--root', folder];
      await command(folder, 'cargo', 'install', '-q', 'crabllm', '--version', version, ...options);
    }
    return version;
  },
  async start({ upstream, folder, data, place, budget }) {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    writeFileSync(join(data, 'crabllm.toml'), configuration(port, upstream, data, budget));
    const served = await serve({
      program: program(folder),
      args: ['serve', '--config', join(data, 'crabllm.toml')],
      environment: { RUST_LOG: 'warn' },
      place,
      data,
      url,
    });
    const headers = { authorization: `Bearer ${apiKey}` };
    return { ...served, target: { url, path: chatPath, headers, model: publicModel } };
  },
  readRows,
};

/** By cargo's own record, which it writes when all is done; another version is replaced. */
function isInstalled(folder: string): boolean {
  const record = join(folder, '.crates.toml');
  return existsSync(record) && readFileSync(record, 'utf8').includes(`"crabllm ${version} (`);
}

interface AuditRecord {
  readonly request_id: string;
  readonly prompt_tokens?: number | null;
  readonly completion_tokens?: number | null;
  readonly cost_micros: number;
}

/** Audit records are the values of `kv` that have a `request_id`. */
function readRows(data: string): BookRow[] {
  using database = new DatabaseSync(join(data, 'crabllm.db'), { readOnly: true });
  const rows = database.prepare('select cast(value as text) as value from kv').all();
  return rows
    .map((row) => String(row.value))
    .filter((text) => text.includes('"request_id"'))
    .map((text) => {
      const record = JSON.parse(text) as AuditRecord;
      const { prompt_tokens: prompt, completion_tokens: completion } = record;
      return {
        id: record.request_id,
        cost: record.cost_micros / 1e6,
        ...(typeof prompt === 'number' ? { promptTokens: prompt } : {}),
        ...(typeof completion === 'number' ? { completionTokens: completion } : {}),
      };
    });
}

const configuration = (
  port: number,
  upstream: string,
  data: string,
  budget: number,
) => `listen = "127.0.0.1:${port}"

[providers.mock]
kind = "openai"
api_key = "upstream-key"
base_url = "${upstream}/v1"
models = ["${publicModel}"]
max_retries = 0
timeout = 600

[[keys]]
name = "bench"
key = "${apiKey}"
models = ["*"]

[models.${publicModel}.pricing]
input_cost_per_million = ${price.input.toFixed(4)}
output_cost_per_million = ${price.output.toFixed(4)}

[storage]
kind = "sqlite"
path = "${join(data, 'crabllm.db')}"

[extensions]
usage = {}
audit = {}
budget = { default_budget = ${budget.toFixed(6)} }
rate_limit = { requests_per_minute = 100000000 }
`;
