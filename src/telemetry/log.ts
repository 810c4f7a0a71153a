// The log of a process: JSON lines on standard error.
import { type Logger, pino } from 'pino';
import { createLogDestination } from './log-destination.ts';

const standardError = 2;
/** How long a process that ends waits for a reader that is behind. */
const endMs = 1_000;

export interface Log extends AsyncDisposable {
  readonly log: Logger;
}

/** `level` as pino has it; `facts` are in every line. Disposed, it has written what it could; it is of use afterwards, too. */
export function openLog(level: string, facts: Readonly<Record<string, unknown>> = {}): Log {
  const destination = createLogDestination({
    descriptor: standardError,
    onLost: (lines) => log.warn({ lines }, 'lines of the log were lost: they could not be written'),
  });
  const log = pino({ level }, destination).child(facts);
  process.once('exit', () => destination.writeNow());
  return { log, [Symbol.asyncDispose]: () => destination.drain(endMs) };
}
