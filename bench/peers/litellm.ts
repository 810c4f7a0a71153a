// LiteLLM's proxy, from PyPI, one worker. Without its database: that is reached through Prisma, the engine of which is a program
// that no package registry carries. So its keys, spend per key and spend logs are off, which flatters it.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiKey } from '../gateway.ts';
import { price, publicModel, upstreamModel } from '../wire.ts';
import { command } from './install.ts';
import { chatPath, type PeerKind } from './peer.ts';
import { freePort, serve } from './serve.ts';

const version = '1.106.2';
const python = (folder: string) => join(folder, 'venv', 'bin', 'python');
const masterKey = `sk-${apiKey}`;

export const litellm: PeerKind = {
  name: 'litellm',
  title: 'LiteLLM proxy',
  duties: {
    keys: 'the master key only (others need its database)',
    limits: 'a budget of the provider, in memory',
    ledger: 'none: cost is computed and kept in memory (rows need its database)',
  },
  hasBudget: true,
  async install(folder) {
    const show =
      "import importlib.metadata as m, sys; print(m.version('litellm'), 'on Python', sys.version.split()[0])";
    const installed = () => command(folder, python(folder), '-c', show).then((said) => said.trim());
    const there = existsSync(join(folder, 'venv', 'bin', 'litellm')) ? await installed() : '';
    if (there.startsWith(`${version} `)) return there;
    await command(folder, 'python3', '-m', 'venv', 'venv');
    await command(folder, python(folder), '-m', 'pip', 'install', '-q', `litellm[proxy]==${version}`);
    return await installed();
  },
  async start({ upstream, folder, data, place, budget, workers = 1 }) {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    writeFileSync(join(data, 'config.yaml'), configuration(upstream, budget));
    const served = await serve({
      program: join(folder, 'venv', 'bin', 'litellm'),
      args: [
        '--config',
        join(data, 'config.yaml'),
        '--host',
        '127.0.0.1',
        '--port',
        String(port),
        '--num_workers',
        String(workers),
      ],
      environment: { LITELLM_OFFLINE_MODE: 'true', LITELLM_LOG: 'ERROR' },
      place,
      data,
      url,
      readyPath: '/health/liveliness',
    });
    const headers = { authorization: `Bearer ${masterKey}` };
    return { ...served, target: { url, path: chatPath, headers, model: publicModel } };
  },
};

const configuration = (upstream: string, budget: number) => `model_list:
  - model_name: ${publicModel}
    litellm_params:
      model: openai/${upstreamModel}
      api_base: ${upstream}/v1
      api_key: upstream-key
      input_cost_per_token: ${(price.input / 1e6).toFixed(12)}
      output_cost_per_token: ${(price.output / 1e6).toFixed(12)}
general_settings:
  master_key: ${masterKey}
litellm_settings:
  telemetry: false
  num_retries: 0
  request_timeout: 600
router_settings:
  provider_budget_config:
    openai: { budget_limit: ${budget}, time_period: 30d }
`;
