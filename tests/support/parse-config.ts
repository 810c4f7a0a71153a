// A configuration as the gateway would resolve it, from the content of a tollgate.yaml.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Config, loadConfig } from '../../src/config/config.ts';
import { readEnvironment } from '../../src/config/env.ts';
import type { Json } from './scripted-upstream.ts';

export async function parseEnvironmentConfig(content: Json): Promise<Config> {
  const folder = await mkdtemp(join(tmpdir(), 'tollgate-config-'));
  try {
    const file = join(folder, 'tollgate.yaml');
    await writeFile(file, JSON.stringify(content));
    return await loadConfig(readEnvironment({}, { TOLLGATE_CONFIG: file, TOLLGATE_DATA: folder }));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
