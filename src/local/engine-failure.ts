// Why the embedded model cannot be had: one sentence for the operator. Never reaches a client as it is; the
// supervisor turns it into `EngineStatus.detail`.

export interface EngineFailureOptions {
  /** Whether the same step may succeed later without anyone doing anything (network, npm, pip). */
  readonly retryable?: boolean;
  readonly cause?: unknown;
}

export class EngineFailure extends Error {
  override readonly name = 'EngineFailure';
  readonly retryable: boolean;

  constructor(sentence: string, options: EngineFailureOptions = {}) {
    super(sentence, options.cause === undefined ? undefined : { cause: options.cause });
    this.retryable = options.retryable ?? false;
  }
}

/** The sentence of anything thrown, for a status line. */
export function sentenceOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** `code` of a system error (`ENOSPC`), or `undefined`. */
export function systemErrorCode(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown)) return undefined;
  return typeof thrown.code === 'string' ? thrown.code : undefined;
}
