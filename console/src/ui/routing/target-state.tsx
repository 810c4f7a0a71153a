// How a target is doing on the node that answers, in a word: circuit, waiting time, why it cannot be used.
import type { Target } from '../../api/contract.ts';
import { StatusDot, type Tone } from '../badge.tsx';
import { formatDuration } from '../format/quantity.ts';

export interface TargetWords {
  readonly tone: Tone;
  readonly words: string;
  /** In a sentence, for the tooltip. */
  readonly detail: string;
}

export function targetWords(target: Target): TargetWords {
  const { circuit, wait_ms: wait, unavailable, last_error: last, latency_ms: latency } = target;
  // The embedded model comes up by itself, or was turned off: nothing is broken.
  if (unavailable !== null && target.provider === 'local') {
    return { tone: 'warn', words: 'Not ready', detail: unavailable };
  }
  if (unavailable !== null) return { tone: 'bad', words: 'Unavailable', detail: unavailable };
  if (circuit === 'open') {
    const detail = `It failed too often and is left alone${wait > 0 ? ` for ${formatDuration(wait)}` : ''}. ${last?.message ?? ''}`;
    return { tone: 'bad', words: 'Circuit open', detail };
  }
  if (circuit === 'half-open') {
    return {
      tone: 'warn',
      words: 'Trying again',
      detail: 'One request at a time finds out whether it is back.',
    };
  }
  if (wait > 0) {
    return {
      tone: 'warn',
      words: 'Asked for time',
      detail: `It is rate limiting for ${formatDuration(wait)}.`,
    };
  }
  if (latency === null && last !== null)
    return { tone: 'warn', words: 'Failed last time', detail: last.message };
  if (latency === null) {
    return {
      tone: 'neutral',
      words: 'Not used yet',
      detail: 'No request went there since this node started.',
    };
  }
  return {
    tone: 'good',
    words: 'Healthy',
    detail: `First token in about ${formatDuration(latency)} lately.`,
  };
}

export function TargetState({ target }: { readonly target: Target }) {
  const { tone, words, detail } = targetWords(target);
  return (
    <StatusDot tone={tone} title={detail} live={target.circuit === 'half-open'}>
      {words}
    </StatusDot>
  );
}

/** The worst of several, in one word. */
export function worstOf(targets: readonly Target[]): TargetWords | undefined {
  const order: readonly Tone[] = ['bad', 'warn', 'good', 'neutral'];
  return targets.map(targetWords).sort((a, b) => order.indexOf(a.tone) - order.indexOf(b.tone))[0];
}
