// How far a transfer is and how fast it goes: counts bytes, reports at most ten times a second.
import type { Clock } from '../../core/clock.ts';

export interface TransferProgress {
  readonly name: string;
  readonly bytes: number;
  /** `undefined` until the server has said it. */
  readonly total: number | undefined;
  /** Over the last seconds. */
  readonly bytesPerSecond: number;
  readonly etaSeconds: number | undefined;
}

/** 0..1, or `undefined` while the size is not known. */
export function fractionOf({ bytes, total }: TransferProgress): number | undefined {
  return total === undefined || total <= 0 ? undefined : Math.min(1, bytes / total);
}

export type ProgressListener = (progress: TransferProgress) => void;

export interface TransferMeter {
  /** `bytes` is the size so far, not what came since the last call. `last` reports whatever the time. */
  at(bytes: number, total: number | undefined, last?: boolean): void;
}

const reportEveryMs = 100;
const sampleEveryMs = 500;
const windowMs = 5000;

export function createTransferMeter(name: string, clock: Clock, report: ProgressListener): TransferMeter {
  let samples: { readonly at: number; readonly bytes: number }[] = [];
  let reportedAt = Number.NEGATIVE_INFINITY;
  return {
    at(bytes, total, last = false) {
      const now = clock.monotonic();
      // A transfer that starts over has fewer bytes than before: what was measured no longer counts.
      if (bytes < (samples.at(-1)?.bytes ?? 0)) samples = [];
      if (samples.length === 0 || now - (samples.at(-1)?.at ?? 0) >= sampleEveryMs) {
        samples = [...samples.filter((sample) => now - sample.at <= windowMs), { at: now, bytes }];
      }
      if (!last && now - reportedAt < reportEveryMs) return;
      reportedAt = now;
      const oldest = samples[0] ?? { at: now, bytes };
      const seconds = (now - oldest.at) / 1000;
      const bytesPerSecond = seconds > 0 ? (bytes - oldest.bytes) / seconds : 0;
      const etaSeconds =
        total !== undefined && bytesPerSecond > 0 ? (total - bytes) / bytesPerSecond : undefined;
      report({ name, bytes, total, bytesPerSecond, etaSeconds });
    },
  };
}
