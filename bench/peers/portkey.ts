// Portkey's open gateway, from npm. Its keys, budgets and logs are part of a hosted service and not in the package.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { publicModel } from '../wire.ts';
import { command } from './install.ts';
import { chatPath, type PeerKind } from './peer.ts';
import { freePort, serve } from './serve.ts';

const version = '1.15.2';
/** In the range that it asks for. With the newest of that range (1.19.19) each of its streams is answered with 500. */
const server = '1.13.7';
const home = (folder: string) => join(folder, 'node_modules', '@portkey-ai', 'gateway');

/** `undefined` where npm did not come to its end: then it wrote no record. */
function versionIn(folder: string): string | undefined {
  const [record, own] = [
    join(folder, 'node_modules', '.package-lock.json'),
    join(home(folder), 'package.json'),
  ];
  if (!existsSync(record) || !existsSync(own)) return undefined;
  return JSON.parse(readFileSync(own, 'utf8')).version;
}

export const portkey: PeerKind = {
  name: 'portkey',
  title: 'Portkey gateway',
  duties: {
    keys: 'none: the provider’s key is passed on',
    limits: 'none',
    ledger: 'none (all three are in its hosted service)',
  },
  hasBudget: false,
  async install(folder) {
    if (versionIn(folder) !== version) {
      const pinned = { private: true, overrides: { '@hono/node-server': server } };
      writeFileSync(join(folder, 'package.json'), JSON.stringify(pinned));
      await command(folder, 'npm', 'install', '--no-fund', '--no-audit', `@portkey-ai/gateway@${version}`);
    }
    return `${versionIn(folder)} on Node ${process.version}, @hono/node-server ${server}`;
  },
  async start({ upstream, folder, data, place }) {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const served = await serve({
      args: [join(home(folder), 'build', 'start-server.js'), `--port=${port}`, '--headless'],
      environment: { NODE_ENV: 'production' },
      place,
      data,
      url,
    });
    const headers = {
      authorization: 'Bearer upstream-key',
      'x-portkey-provider': 'openai',
      'x-portkey-custom-host': `${upstream}/v1`,
    };
    return { ...served, target: { url, path: chatPath, headers, model: publicModel } };
  },
};
