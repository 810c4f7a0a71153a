// The yardstick: `bench/bare-relay.ts`, the least that a relay in Node can do.
import { start } from '../spawn.ts';
import { publicModel } from '../wire.ts';
import { chatPath, type PeerKind } from './peer.ts';

export const relay: PeerKind = {
  name: 'relay',
  title: 'bare Node relay',
  duties: { keys: 'none', limits: 'none', ledger: 'none' },
  hasBudget: false,
  install: async () => `Node ${process.version}`,
  async start({ upstream, place }) {
    const started = await start({
      args: ['bench/bare-relay.ts', upstream],
      place,
      until: /listens on (http:\S+)/,
    });
    const { pid, found } = started;
    return {
      pid,
      target: { url: found, path: chatPath, headers: {}, model: publicModel },
      [Symbol.asyncDispose]: () => started[Symbol.asyncDispose](),
    };
  },
};
