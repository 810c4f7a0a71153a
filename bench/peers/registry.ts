// All that can be measured, in the order of the tables.
import { bifrost } from './bifrost.ts';
import { crabllm } from './crabllm.ts';
import { direct } from './direct.ts';
import { haproxy } from './haproxy.ts';
import { litellm } from './litellm.ts';
import { nginx } from './nginx.ts';
import type { PeerKind } from './peer.ts';
import { portkey } from './portkey.ts';
import { relay } from './relay.ts';
import { tollgate } from './tollgate.ts';

export const allPeers: readonly PeerKind[] = [
  tollgate,
  relay,
  nginx,
  haproxy,
  crabllm,
  portkey,
  litellm,
  bifrost,
  direct,
];
