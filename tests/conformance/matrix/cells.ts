// The shape of the matrix: thirteen cells for every client, each a list of plays, and what may differ in a client.
import type { Json, Script } from '../../support/scripted-upstream.ts';
import type { Ask, Seen, Way } from './client.ts';

export const cellNames = [
  'plain',
  'stream',
  'stream helper',
  'tools round trip',
  'parallel tools',
  'JSON schema',
  'reasoning',
  'image',
  'error before',
  'error in mid-stream',
  'abort',
  'n=2',
  'usage',
] as const;
export type CellName = (typeof cellNames)[number];

/** One exchange between client and upstream through the gateway, and all that is to be true of it. */
export interface Play {
  /** What the upstream does, in words. */
  readonly name: string;
  readonly way: Way;
  readonly ask: Ask;
  /** One for each request that is to reach the upstream. */
  readonly scripts: readonly Script[];
  /** Bodies that reach the upstream, whole. */
  readonly sent: readonly Json[];
  readonly seen: Seen;
  /** Members of the ledger rows, oldest first. */
  readonly rows: readonly Json[];
  /** When the client leaves: as soon as the upstream has the request, or by `ask.leaveAfter`. The upstream must notice. */
  readonly leaves?: 'on arrival' | 'after three pieces';
}

/** How a client departs from the play as written; a reason stands beside each. */
export interface Difference {
  /** Why this client cannot be asked for it. What it does instead is still checked. */
  readonly notOffered?: string;
  readonly ask?: (ask: Ask, play: Play) => Ask;
  readonly sent?: (body: Json, at: number, play: Play) => Json;
  readonly seen?: (seen: Seen, play: Play) => Seen;
  readonly rows?: (row: Json, play: Play) => Json;
}

/** Every cell has a word on it, so that none is forgotten. `everywhere` comes before the cell's own. */
export type Differences = Readonly<Record<CellName, Difference>> & { readonly everywhere?: Difference };

export const asWritten: Difference = {};
