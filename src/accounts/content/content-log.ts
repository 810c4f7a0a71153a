// Takes what was said from the pipeline and writes it when there is time, a few at a time. What waits is bounded: beyond that,
// contents are dropped and counted, and no request ever notices.
import type {
  ContentLog,
  ContentObserver,
  ContentSettings,
  ContentStore,
  TakenContent,
} from '../../core/content.ts';
import { contentWish } from '../../core/content.ts';
import type { ContentBox } from './content-box.ts';
import { contentOf } from './content-form.ts';

export interface ContentLogParts {
  /** Asked for every request, so a reload is followed. */
  readonly settings: () => ContentSettings;
  readonly box: ContentBox;
  readonly store: Pick<ContentStore, 'put'>;
  readonly observer: ContentObserver;
  readonly onError: (error: unknown) => void;
  /** How much may wait; default 64 MiB. */
  readonly mostWaitingBytes?: number;
}

export interface WaitingContentLog extends ContentLog, AsyncDisposable {
  /** Resolves when what was handed in is written or dropped. */
  flushed(): Promise<void>;
}

const defaultWaitingBytes = 64 * 1_048_576;
/** Of one transaction. */
const batchContents = 20;
/** So that a busy gateway writes batches and not one by one. */
const gatherMs = 100;

export function createContentLog(parts: ContentLogParts): WaitingContentLog {
  const { settings, box, store, observer, onError, mostWaitingBytes = defaultWaitingBytes } = parts;
  let waiting: TakenContent[] = [];
  let waitingBytes = 0;
  let running: Promise<void> | undefined;
  let hurry: (() => void) | undefined;

  async function writeBatch(): Promise<void> {
    const batch = waiting.splice(0, batchContents);
    try {
      const { maxBytes } = settings();
      const contents = batch.map((taken) => ({
        content: contentOf(taken, maxBytes),
        requestId: taken.requestId,
        keyId: taken.keyId,
        createdAt: taken.at,
      }));
      await store.put(await box.seal(contents));
      observer.kept(batch.length);
    } catch (error) {
      observer.dropped(batch.length, 'failed');
      onError(error);
    } finally {
      for (const taken of batch) waitingBytes -= sizeOf(taken);
    }
  }

  async function run(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, gatherMs);
      timer.unref();
      hurry = resolve;
    });
    while (waiting.length > 0) await writeBatch();
    running = undefined;
  }

  async function flushed(): Promise<void> {
    hurry?.();
    while (running) await running;
  }

  return {
    wish(logContent) {
      const { mode, maxBytes } = settings();
      const of = contentWish(mode, logContent);
      return of && { of, maxBytes };
    },
    keep(content) {
      if (waitingBytes + sizeOf(content) > mostWaitingBytes) {
        observer.dropped(1, 'pressure');
        return;
      }
      waiting.push(content);
      waitingBytes += sizeOf(content);
      running ??= run();
    },
    flushed,
    async [Symbol.asyncDispose]() {
      await flushed();
      waiting = [];
    },
  };
}

function sizeOf({ prompt, answer }: TakenContent): number {
  return prompt.length + Math.min(answer.bytes, totalOf(answer.pieces));
}

function totalOf(pieces: TakenContent['answer']['pieces']): number {
  return pieces.reduce((sum, piece) => sum + piece.length, 0);
}
