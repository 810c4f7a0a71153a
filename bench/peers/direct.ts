// No gateway at all: the mock upstream asked by the clients. What every added time is added to.
import { publicModel } from '../wire.ts';
import { chatPath, type PeerKind } from './peer.ts';

export const direct: PeerKind = {
  name: 'direct',
  title: 'no gateway',
  duties: { keys: 'none', limits: 'none', ledger: 'none' },
  hasBudget: false,
  install: async () => '',
  start: async ({ upstream }) => ({
    pid: process.pid,
    target: { url: upstream, path: chatPath, headers: {}, model: publicModel },
    [Symbol.asyncDispose]: async () => {},
  }),
};
