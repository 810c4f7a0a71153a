// A gateway in this process, so that the event loop it works in can be watched. A data folder of its own, one upstream.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { readEnvironment } from '../src/config/env.ts';
import { createGateway } from '../src/gateway.ts';
import { apiKey, makeFolder } from './gateway.ts';

export interface BenchGateway extends AsyncDisposable {
  readonly url: string;
  readonly key: string;
}

export async function startBenchGateway(upstream: string): Promise<BenchGateway> {
  const folder = makeFolder();
  const config = join(folder.path, 'tollgate.yaml');
  await writeFile(
    config,
    JSON.stringify({
      providers: { mock: { type: 'openai-compatible', base_url: `${upstream}/v1`, api_key: 'upstream-key' } },
      models: { bench: { price: 'free', route: [[{ provider: 'mock', model: 'bench-2025-11-13' }]] } },
    }),
  );
  const environment = readEnvironment(
    {},
    {
      TOLLGATE_HOST: '127.0.0.1',
      TOLLGATE_PORT: '0',
      TOLLGATE_DATA: join(folder.path, 'data'),
      TOLLGATE_CONFIG: config,
      TOLLGATE_BOOTSTRAP_KEY: apiKey,
      TOLLGATE_LOCAL_MODEL: 'off',
    },
  );
  const gateway = await createGateway({ environment, log: pino({ level: 'silent' }) });
  return {
    url: gateway.url,
    key: apiKey,
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}
