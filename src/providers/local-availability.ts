// Whether the embedded model can answer now, and what a client is told when it cannot. Paths and causes are for the
// operator: they stand in the log, at the terminal and in `GET /ready`.
import type { EndSignal } from '../core/end-signal.ts';
import type { EngineStatus, LocalEngine, Unavailability } from '../core/ports.ts';

/** A restart takes some 2 s with a small model; a client that waits this long does better than one that asks again. */
const restartPatienceMs = 20_000;

const whatToDo =
  'The operator has to set a provider key such as OPENAI_API_KEY, or TOLLGATE_LOCAL_MODEL to a GGUF file; `GET /ready` tells why.';

export function localUnavailability({ state, detail }: EngineStatus): Unavailability | undefined {
  switch (state) {
    case 'ready':
      return undefined;
    case 'off':
      return { reason: `the embedded model is switched off. ${whatToDo}` };
    case 'failed':
      return { reason: `the embedded model cannot be used. ${whatToDo}` };
    case 'stopped':
      return { reason: 'the gateway is stopping.', retryAfterMs: 5000 };
    case 'restarting':
      return { reason: 'the embedded model is being restarted.', retryAfterMs: 2000 };
    default:
      // Locating, downloading, loading: the sentence has the progress.
      return { reason: detail, retryAfterMs: 5000 };
  }
}

/** How long it may take to notice that the process is gone, when a request was the first to find out. */
const noticeMs = 1000;

/** Resolves when the model serves again, or when waiting is of no use. */
export async function untilRestarted(engine: LocalEngine, signal: EndSignal): Promise<void> {
  if (engine.status().state === 'ready')
    await untilStatus(engine, ({ state }) => state !== 'ready', noticeMs, signal);
  if (isComingBack(engine.status())) {
    await untilStatus(engine, (status) => !isComingBack(status), restartPatienceMs, signal);
  }
}

function isComingBack({ state, served }: EngineStatus): boolean {
  return state === 'restarting' || (state === 'loading' && served === true);
}

function untilStatus(
  engine: LocalEngine,
  wanted: (status: EngineStatus) => boolean,
  limitMs: number,
  signal: EndSignal,
): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      stop();
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const stop = engine.onStatus((status) => {
      if (wanted(status)) done();
    });
    const timer = setTimeout(done, limitMs);
    signal.addEventListener('abort', done, { once: true });
    if (signal.aborted || wanted(engine.status())) done();
  });
}
