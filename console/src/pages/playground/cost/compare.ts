// Which of two answers was sooner, faster, cheaper, and by how much.
import type { Figures } from './figures.ts';

export interface Compared {
  readonly model: string;
  readonly figures: Figures;
}

export interface Difference {
  readonly firstToken?: { readonly better: string; readonly byMs: number };
  readonly time?: { readonly better: string; readonly byMs: number };
  /** Absent when one is not known. `times`: `3.2`; absent when the cheaper one is free. */
  readonly cost?: 'same' | { readonly better: string; readonly by: bigint; readonly times?: string };
}

export function compare(a: Compared, b: Compared): Difference {
  const firstToken = sooner(a, b, ({ firstTokenMs }) => firstTokenMs);
  const time = sooner(a, b, ({ durationMs }) => durationMs);
  const cost = cheaper(a, b);
  return {
    ...(firstToken ? { firstToken } : {}),
    ...(time ? { time } : {}),
    ...(cost ? { cost } : {}),
  };
}

function sooner(a: Compared, b: Compared, of: (figures: Figures) => number | undefined) {
  const left = of(a.figures);
  const right = of(b.figures);
  if (left === undefined || right === undefined) return undefined;
  const byMs = Math.round(Math.abs(left - right));
  return byMs === 0 ? undefined : { better: (left < right ? a : b).model, byMs };
}

function cheaper(a: Compared, b: Compared): Difference['cost'] {
  const left = a.figures.cost;
  const right = b.figures.cost;
  if (left === undefined || right === undefined) return undefined;
  if (left === right) return 'same';
  const [less, more] = left < right ? [left, right] : [right, left];
  const better = (left < right ? a : b).model;
  if (less === 0n) return { better, by: more };
  // Two digits say enough of a ratio.
  const times = Number((more * 100n) / less) / 100;
  return { better, by: more - less, times: times.toLocaleString('en-US', { maximumSignificantDigits: 2 }) };
}
