// The steps of a request as bars on one axis. Pure: what is not known has no bar, and a row of before times were kept still has
// those that the row itself tells.
import type { RequestDetail } from '../../../api/contract.ts';

export type BarKind = 'gateway' | 'waiting' | 'streaming' | 'failed';

export interface Bar {
  readonly id: string;
  readonly name: string;
  readonly detail: string | null;
  readonly kind: BarKind;
  /** In ms since the request was received. */
  readonly start: number;
  readonly end: number;
  /** It goes on. */
  readonly open: boolean;
}

export interface Timeline {
  readonly bars: readonly Bar[];
  /** Ms that the axis spans. */
  readonly length: number;
}

/** `elapsed`: ms since it was received, for one that is under way. */
export function timelineOf(request: RequestDetail, elapsed: number): Timeline {
  const { timeline, attempts } = request;
  const held = request.state === 'held';
  const settled = timeline.settled_ms ?? (held ? elapsed : 0);
  const length = Math.max(settled, 1);
  const bars: Bar[] = [];
  const add = (bar: Omit<Bar, 'open'> & { readonly open?: boolean }) => {
    const end = Math.min(Math.max(bar.end, bar.start), length);
    bars.push({ open: false, ...bar, start: Math.min(bar.start, length), end });
  };
  const heldMs = timeline.held_ms;
  if (heldMs !== null) {
    add({
      id: 'hold',
      name: 'Received and reserved',
      detail: 'key, checks, hold committed to the ledger',
      kind: 'gateway',
      start: 0,
      end: heldMs,
    });
  }
  const answering = attempts.findLastIndex(({ error }) => error === null);
  for (const [index, attempt] of attempts.entries()) {
    const start = attempt.start_ms ?? heldMs ?? 0;
    const end = start + (attempt.duration_ms ?? 0);
    const name = `${attempt.provider} / ${attempt.upstream_model}`;
    const failed = attempt.error !== null;
    add({
      id: `attempt-${index}`,
      name,
      detail: failed ? `attempt ${index + 1}: ${attempt.error}` : firstByte(attempt),
      kind: failed ? 'failed' : 'waiting',
      start,
      end,
    });
    const first = timeline.first_token_ms ?? (failed ? null : end);
    if (index === answering && first !== null) {
      add({
        id: 'stream',
        name: request.stream ? 'Answer streams' : 'Answer is written',
        detail: request.stream ? 'first to last token' : null,
        kind: 'streaming',
        start: first,
        end: timeline.last_token_ms ?? settled,
      });
    }
  }
  if (held) {
    const start = heldMs ?? 0;
    add({ id: 'open', name: 'Under way', detail: null, kind: 'waiting', start, end: elapsed, open: true });
  }
  const last = timeline.last_token_ms;
  if (last !== null && settled - last >= 1) {
    add({
      id: 'end',
      name: 'Delivered and settled',
      detail: 'the client reads the rest, usage becomes cost',
      kind: 'gateway',
      start: last,
      end: settled,
    });
  }
  return { bars, length };
}

/** As the bar counts: since the attempt began, where that is known. */
function firstByte({ first_byte_ms: at, start_ms: start }: RequestDetail['attempts'][number]): string {
  if (at === null) return 'until the answer begins';
  const ms = (since: number) => `${Math.max(at - since, 0).toLocaleString('en-US')} ms`;
  return start === null ? `status ${ms(0)} after the request came` : `status after ${ms(start)}`;
}

/** Marks on the axis: four to six round numbers of ms. */
export function marksOf(length: number): readonly number[] {
  const rough = length / 5;
  const power = 10 ** Math.floor(Math.log10(Math.max(rough, 1)));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= rough) ?? rough;
  return Array.from({ length: Math.floor(length / step) + 1 }, (_, index) => index * step);
}
