// Stage 6: the targets in turn, until one begins to answer. Nothing has gone to the client yet, so a failure that
// another target may not have is no failure of the request; when all have failed and time is left, they are asked again.
import type { Clock } from '../core/clock.ts';
import type { EndSignal } from '../core/end-signal.ts';
import { TollgateError } from '../core/errors.ts';
import type { ProviderReader, UpstreamTransport } from '../core/ports.ts';
import type { TargetHealth } from '../routing/health.ts';
import { retryWait } from '../routing/retry.ts';
import type { Target } from '../routing/route.ts';
import { hedged } from './hedge.ts';
import { type Attempted, createTargetCaller, type TargetCallerOptions, unavailable } from './try-target.ts';

export interface AttemptOptions extends TargetCallerOptions {
  readonly targets: readonly Target[];
  readonly signal: EndSignal;
}

export interface AttemptPorts {
  readonly providers: ProviderReader;
  readonly transport: UpstreamTransport;
  readonly health: TargetHealth;
  readonly clock: Clock;
  /** Numbers in [0, 1), for the jitter of retries. */
  readonly random: () => number;
}

/** Errors: the last target's, or the first one that no other target could do better with. */
export async function attempt(options: AttemptOptions, ports: AttemptPorts): Promise<Attempted> {
  const { model, targets, signal, log } = options;
  const { health, clock } = ports;
  const callOnce = createTargetCaller(options, ports);
  /** Targets that are not asked again: what is wrong there, such as an account without credit, does not pass by itself. */
  let hopeless: Set<Target> | undefined;
  const worthAsking = () => targets.filter((target) => !hopeless?.has(target));
  const started = clock.monotonic();
  let failure: TollgateError | undefined;

  /** Notes a failure another target, or a later moment, may not have; throws any other. */
  function outlive(thrown: unknown): TollgateError {
    // After an abort there is nobody another target could answer.
    if (!(thrown instanceof TollgateError) || !thrown.entry.retryable || signal.aborted) throw thrown;
    return thrown;
  }

  function noteHopeless(target: Target, thrown: unknown): void {
    if (!(thrown instanceof TollgateError) || thrown.shouldRetry !== false) return;
    hopeless ??= new Set();
    hopeless.add(target);
  }

  async function call(target: Target, ending: EndSignal): Promise<Attempted> {
    try {
      return await callOnce(target, ending);
    } catch (thrown) {
      noteHopeless(target, thrown);
      throw thrown;
    }
  }

  for (let round = 0; ; round++) {
    const left = worthAsking();
    // Asked one by one when their turn comes: the circuit of the next may have opened or closed meanwhile.
    // Where all are broken, all are asked: a request that may fail is better than one that must.
    const spared = left.some(health.admits) ? (target: Target) => !health.admits(target) : () => false;
    for (let target = left.shift(); target; target = left.shift()) {
      if (spared(target)) continue;
      const { hedgeMs } = model.retry;
      const spare = round === 0 && hedgeMs !== undefined ? left.find((other) => !spared(other)) : undefined;
      try {
        if (!spare || hedgeMs === undefined) return await callOnce(target, signal);
        left.splice(left.indexOf(spare), 1);
        return await hedged({ first: target, second: spare, afterMs: hedgeMs, signal, call });
      } catch (thrown) {
        if (!spare) noteHopeless(target, thrown);
        failure = outlive(thrown);
      }
    }
    const last = targets.at(-1);
    // The last resort is worth a wait if it is gone, never got the request and may be on its way back.
    if (round === 0 && last && isGone(failure) && !log.reached && (await isBack(last))) {
      try {
        return await call(last, signal);
      } catch (thrown) {
        failure = outlive(thrown);
      }
    }
    const wait =
      failure === undefined
        ? undefined
        : retryWait({
            round,
            policy: model.retry,
            elapsedMs: clock.monotonic() - started,
            conditions: worthAsking().map(health.condition),
            random: ports.random,
          });
    if (wait === undefined) break;
    await pause(wait, signal);
  }
  throw failure ?? unavailable(model, { reason: 'its route is empty.' });

  async function isBack(target: Target): Promise<boolean> {
    const provider = ports.providers.provider(target.provider);
    if (!provider?.comeBack) return false;
    await provider.comeBack(signal);
    return !signal.aborted && provider.unavailable() === undefined;
  }
}

function isGone(failure: TollgateError | undefined): boolean {
  return failure?.code === 'no_available_upstream' || failure?.code === 'upstream_error';
}

/** Rejects with the signal's reason when it aborts. */
function pause(ms: number, signal: EndSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const left = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', left);
      resolve();
    }, ms);
    signal.addEventListener('abort', left, { once: true });
  });
}
