// What a check is: data, with one function that looks at a server and returns what is wrong. Knows neither the
// transport nor how results are printed.
import type { Exchanges } from './exchanges.ts';
import type { Mismatch } from './outcome.ts';
import type { Server } from './server.ts';

/** `must`: clients break without it. `should`: asked for by the contract, though servers differ and clients cope. */
export type Severity = 'must' | 'should';

export interface CheckContext {
  readonly server: Server;
  readonly exchanges: Exchanges;
}

export interface Check {
  /** `<group>.<what>`, never reused with another meaning. */
  readonly id: string;
  /** What holds when it passes. */
  readonly title: string;
  readonly severity: Severity;
  /** Section of the wire contract that the rule comes from: `3` or `6.5` (the fifth of its twenty details). */
  readonly contract: string;
  /** Resolves with what is wrong, nothing when it passes. Throws Skip, Failed or NoAnswer. */
  run(context: CheckContext): Promise<readonly Mismatch[]>;
}

export interface CheckGroup {
  readonly title: string;
  readonly checks: readonly Check[];
}
