// How likely the tokens of an answer's content were, in the wire's shape, handed out with the text they belong to: what
// is held back with the text is held back here. Shape: CONTRACT section 2.
import type { Likelihoods, SampledToken } from '../engine/native-interface.ts';
import type { TokenText } from '../engine/token-text.ts';

interface SpelledLogprob {
  readonly token: string;
  readonly logprob: number;
  /** UTF-8; a token may hold a part of a character only. */
  readonly bytes: readonly number[] | null;
}

export interface TokenLogprob extends SpelledLogprob {
  readonly top_logprobs: readonly SpelledLogprob[];
}

/** What the wire says for "next to impossible". */
const least = -9999;

export interface LogprobQueue {
  /** A token that may turn out to be content. */
  add(sampled: SampledToken): void;
  /** What came since the last time was content: text that is let out now. */
  take(): readonly TokenLogprob[];
  /** What came since was no content. */
  drop(): void;
}

export function createLogprobQueue(tokenText: TokenText): LogprobQueue {
  let waiting: TokenLogprob[] = [];
  return {
    add({ token, likelihoods }) {
      if (likelihoods) waiting.push(wireLogprob(token, likelihoods, tokenText));
    },
    take() {
      const taken = waiting;
      waiting = [];
      return taken;
    },
    drop() {
      waiting = [];
    },
  };
}

function wireLogprob(token: number, { chosen, top }: Likelihoods, tokenText: TokenText): TokenLogprob {
  return {
    ...spelled(token, tokenText),
    logprob: bounded(chosen),
    top_logprobs: top.map((other) => ({
      ...spelled(other.token, tokenText),
      logprob: bounded(other.logprob),
    })),
  };
}

const bounded = (logprob: number) => Math.max(least, Math.min(0, logprob));
const characters = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Part of a character is written as OpenAI does, `\xf0\x9f`; a token without text by its name, without bytes. */
function spelled(token: number, tokenText: TokenText): { token: string; bytes: number[] | null } {
  const bytes = tokenText.bytes(token);
  const name = tokenText.special(token);
  if (bytes.length === 0 && name !== undefined) return { token: name, bytes: null };
  return { token: decoded(bytes), bytes: [...bytes] };
}

function decoded(bytes: Uint8Array): string {
  try {
    return characters.decode(bytes);
  } catch {
    return Array.from(bytes, (byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
  }
}
