// How a provider is, in a word and a reason. Pure.
import type { Provider } from '../../api/contract.ts';

export interface Trouble {
  readonly level: 'down' | 'partly' | 'fine';
  readonly word: string;
  readonly reason: string | undefined;
  /** ISO 8601, of what is in the reason. */
  readonly at?: string | undefined;
}

export function troubleOf({ unavailable, targets, secrets, models }: Provider): Trouble {
  // What no model routes to troubles nobody.
  if (models.length === 0) return { level: 'fine', word: 'Not used', reason: 'No model routes to it.' };
  if (unavailable !== null) return { level: 'down', word: 'Cannot be used', reason: unavailable };
  const broken = targets.filter(({ circuit, unavailable: why }) => circuit === 'open' || why !== null);
  const trying = targets.filter(({ circuit }) => circuit === 'half-open');
  const [first] = [...broken, ...trying];
  if (first) {
    const isDown = broken.length === targets.length;
    const [error] = [...broken, ...trying].flatMap(({ last_error: last }) => (last ? [last] : []));
    return {
      level: isDown ? 'down' : 'partly',
      word: isDown
        ? 'Not answering'
        : broken.length > 0
          ? `${broken.length} of ${targets.length} models not answering`
          : 'Being tried again',
      reason:
        first.unavailable ??
        error?.message ??
        `${first.model} failed too often and is left alone for a while.`,
      at: first.unavailable === null ? error?.at : undefined,
    };
  }
  const resting = secrets.flatMap((secret) => secret.resting);
  if (resting.length > 0) {
    return { level: 'partly', word: 'A key rests', reason: resting[0]?.reason };
  }
  return { level: 'fine', word: 'OK', reason: undefined };
}
