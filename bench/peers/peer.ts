// What every measured program has in common: how it is installed and started, what of a gateway's work it does in this run,
// and how its books are read. Knows no program.
import type { Target } from '../load/jobs.ts';
import type { Place } from '../spawn.ts';

/** What of keys, limits and ledger is on in the runs: as much as it offers. In words, for the page. */
export interface Duties {
  readonly keys: string;
  readonly limits: string;
  readonly ledger: string;
}

export interface PeerKind {
  /** In figures and commands. */
  readonly name: string;
  readonly title: string;
  readonly duties: Duties;
  /** Enforces `StartOptions.budget`. */
  readonly hasBudget: boolean;
  /** Where its packages go is `folder`. Returns its version; throws `NotInstalled` with the reason. */
  install(folder: string): Promise<string>;
  start(options: StartOptions): Promise<Peer>;
  /** Of a peer that has ended: the rows of its books, where it keeps some in `StartOptions.data`. */
  readRows?(data: string): readonly BookRow[];
}

export interface StartOptions {
  /** `http://127.0.0.1:1234` */
  readonly upstream: string;
  /** Where it was installed. */
  readonly folder: string;
  /** An empty folder, or one of an earlier start that it is to go on with. */
  readonly data: string;
  readonly place: Place;
  /** US dollars that may be spent in all. */
  readonly budget: number;
  readonly workers?: number;
}

export interface Peer extends AsyncDisposable {
  /** The root of its processes. */
  readonly pid: number;
  readonly target: Target;
  /** Fetches its page of metrics, where it has one. */
  scrape?(): Promise<void>;
}

/** One request in the books of a gateway. */
export interface BookRow {
  readonly id: string;
  /** Absent = unknown. */
  readonly promptTokens?: number;
  readonly completionTokens?: number;
  /** US dollars. */
  readonly cost: number;
}

export class NotInstalled extends Error {
  override readonly name = 'NotInstalled';
}

/** More than any run spends. */
export const plenty = 1_000_000;

export const chatPath = '/v1/chat/completions';
