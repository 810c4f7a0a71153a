// The log of a process: JSON lines on standard error.
import { type Logger, pino } from 'pino';
import { createLogDestination } from './log-destination.ts';

const standardError = 2;
/** How long a process that ends waits for a reader that is behind. */
const endMs = 1_000;
/**
 * Lines about what is in order wait for others, and are made and written together: a lone one costs a request several times what one
 * of many does, for its code is cold by then, and a write costs as much as several lines.
 */
const gatherMs = 50;
const mostGathered = 256;
/** As pino numbers levels. */
const info = 30;

export interface Log extends AsyncDisposable {
  readonly log: Logger;
}

interface Call {
  readonly logger: Logger;
  readonly args: Parameters<Write>;
  readonly write: Write;
  /** Unix ms. */
  readonly at: number;
}

type Write = (this: Logger, ...args: [fields: object | string, ...rest: unknown[]]) => void;

/** `level` as pino has it; `facts` are in every line. Disposed, it has written what it could; it is of use afterwards, too. */
export function openLog(level: string, facts: Readonly<Record<string, unknown>> = {}): Log {
  const destination = createLogDestination({
    descriptor: standardError,
    onLost: (lines) => log.warn({ lines }, 'lines of the log were lost: they could not be written'),
  });
  let gathered: Call[] = [];
  let timer: NodeJS.Timeout | undefined;
  let at = 0;

  function make(): void {
    clearTimeout(timer);
    timer = undefined;
    const calls = gathered;
    gathered = [];
    for (const call of calls) {
      ({ at } = call);
      call.write.apply(call.logger, call.args);
    }
  }

  const log = pino(
    {
      level,
      timestamp: () => `,"time":${at}`,
      hooks: {
        logMethod(args, write, ofLevel) {
          gathered.push({
            logger: this,
            args: args as Parameters<Write>,
            write: write as Write,
            at: Date.now(),
          });
          // In their order: what went well before something that did not is told before it.
          if (ofLevel > info || gathered.length >= mostGathered) make();
          else timer ??= setTimeout(make, gatherMs).unref();
        },
      },
    },
    destination,
  ).child(facts);
  process.once('exit', () => {
    make();
    destination.writeNow();
  });
  return {
    log,
    [Symbol.asyncDispose]: () => {
      make();
      return destination.drain(endMs);
    },
  };
}
