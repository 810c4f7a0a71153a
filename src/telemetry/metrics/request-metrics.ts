// What becomes of requests -> numbers. Runs for every request, so it adds and nothing else.
import { TollgateError } from '../../core/errors.ts';
import type { Limit } from '../../core/limits.ts';
import type { ChunkGaps, ObservedRequest } from '../../core/observed-request.ts';
import type { Settlement } from '../../core/ports.ts';
import type { Usage } from '../../core/usage.ts';
import { metrics } from './catalogue.ts';
import {
  type Count,
  createCounter,
  createHistogram,
  type Distribution,
  type MetricFamily,
} from './instruments.ts';

/** Label of requests whose model is not in the configuration, or that failed before it was known. */
export const unknownModel = 'unknown';
/** Label of requests that no provider was chosen for. */
export const noProvider = 'none';

/** Label of requests that ended well: to Prometheus the same as none. */
const noError = '';

const overloadReasons = ['busy', 'full'];

export interface RequestMetrics {
  began(): void;
  held(request: ObservedRequest): void;
  limited(limit: Pick<Limit, 'metric' | 'window'>): void;
  /** Over before anything was reserved. `status`: of the answer; `undefined` = the client left. */
  ended(request: ObservedRequest, status: number | undefined, code: string | undefined): void;
  settled(request: ObservedRequest, settlement: Settlement, reason: unknown): void;
  unsettled(request: ObservedRequest): void;
  /** Refused at the door; nothing else is ever told of it. */
  overloaded(reason: string): void;
  /** Silence inside of streams is measured from now on. */
  measureGaps(): void;
  gaps(): ChunkGaps | undefined;
  /** What such requests cost is shown as 0 before there is one: the first one's is an increase then, and not lost to every rate. */
  expects(model: string, provider: string): void;
  families(): MetricFamily[];
}

export function createRequestMetrics(): RequestMetrics {
  const requests = createCounter(metrics.requests);
  const errors = createCounter(metrics.errors);
  const attempts = createCounter(metrics.attempts);
  const tokens = createCounter(metrics.tokens);
  const cost = createCounter(metrics.cost);
  const duration = createHistogram(metrics.duration);
  const firstToken = createHistogram(metrics.firstToken);
  const requestTokens = createHistogram(metrics.requestTokens);
  const gapLongest = createHistogram(metrics.gapLongest);
  const gapMean = createHistogram(metrics.gapMean);
  const holds = createCounter(metrics.holds);
  const refusals = createCounter(metrics.refusals);
  const overload = createCounter(metrics.overload);
  const unsettled = createCounter(metrics.unsettled);
  for (const reason of overloadReasons) overload.series(reason);
  let underWay = 0;
  let measuring = false;

  function end(request: ObservedRequest, provider: string, status: string, code: string | undefined): void {
    if (request.over) return;
    request.over = true;
    underWay--;
    const { model = unknownModel, stream } = request;
    requests.add(1, model, provider, status, String(stream));
    if (code !== undefined) errors.add(1, code, model);
  }

  /** Most requests are like one before them: their series are found together. */
  const routes = new Map<string, RouteSeries>();
  let lastRoute: RouteSeries | undefined;

  function seriesOf(model: string, provider: string, stream: string): RouteSeries {
    const [lastModel, lastProvider, lastStream] = lastRoute?.of ?? [];
    if (lastRoute && lastModel === model && lastProvider === provider && lastStream === stream)
      return lastRoute;
    const name = `${model}\u0000${provider}\u0000${stream}`;
    let found = routes.get(name);
    if (!found) {
      found = {
        of: [model, provider, stream],
        cost: cost.series(model, provider),
        duration: duration.series(model, provider, stream, noError),
        firstToken: firstToken.series(model, provider, stream),
        inputTokens: requestTokens.series(model, provider, 'input'),
        outputTokens: requestTokens.series(model, provider, 'output'),
        input: tokens.series(model, provider, 'input'),
        cachedInput: tokens.series(model, provider, 'cached_input'),
        cacheWrite: tokens.series(model, provider, 'cache_write'),
        output: tokens.series(model, provider, 'output'),
        reasoning: tokens.series(model, provider, 'reasoning'),
      };
      routes.set(name, found);
    }
    lastRoute = found;
    return found;
  }

  return {
    began: () => {
      underWay++;
    },
    held: ({ model = unknownModel }) => holds.add(1, model),
    limited: ({ metric, window }) => refusals.add(1, metric, window),
    ended: (request, status, code) => end(request, noProvider, statusClass(status), code),
    settled(request, settlement, reason) {
      const { model = unknownModel, gaps } = request;
      const stream = String(request.stream);
      const { provider, usage, error } = settlement;
      // A stream that was cut at its cap is an answer like any other that ends by its length.
      const code = error === 'capped' || error === 'client_aborted' ? undefined : error;
      const failed = reason instanceof TollgateError ? reason.status : code === undefined ? 200 : 500;
      end(request, provider, error === 'client_aborted' ? aborted : statusClass(failed), code);
      for (const attempt of settlement.attempts) {
        attempts.add(1, attempt.provider, attempt.upstreamModel, attempt.error ?? 'ok');
      }
      if (settlement.state !== 'settled') return;
      const route = seriesOf(model, provider, stream);
      if (usage) countTokens(usage, route);
      route.cost.value += Number(settlement.cost);
      const failure = error === 'capped' ? undefined : error;
      const lasted =
        failure === undefined ? route.duration : duration.series(model, provider, stream, failure);
      lasted.observe(settlement.durationMs / 1000);
      if (settlement.firstTokenMs !== undefined) route.firstToken.observe(settlement.firstTokenMs / 1000);
      if (!gaps || gaps.count === 0) return;
      gapLongest.observe(gaps.longest / 1000, model, provider);
      gapMean.observe(gaps.sum / gaps.count / 1000, model, provider);
    },
    unsettled(request) {
      unsettled.add(1);
      end(request, noProvider, statusClass(500), 'ledger_unavailable');
    },
    overloaded(reason) {
      overload.add(1, reason);
      requests.add(1, unknownModel, noProvider, statusClass(503), 'false');
      errors.add(1, 'overloaded', unknownModel);
    },
    measureGaps: () => {
      measuring = true;
    },
    gaps: () => (measuring ? { last: 0, longest: 0, sum: 0, count: 0 } : undefined),
    expects: (model, provider) => void cost.series(model, provider),
    families: () => [
      ...[requests, errors, attempts, tokens, cost, duration, firstToken, requestTokens].map(familyOf),
      ...[gapLongest, gapMean, holds, refusals, overload, unsettled].map(familyOf),
      { definition: metrics.underWay, samples: [{ labels: [], value: underWay }] },
    ],
  };
}

interface RouteSeries {
  readonly of: readonly [model: string, provider: string, stream: string];
  readonly cost: Count;
  readonly duration: Distribution;
  readonly firstToken: Distribution;
  readonly inputTokens: Distribution;
  readonly outputTokens: Distribution;
  readonly input: Count;
  readonly cachedInput: Count;
  readonly cacheWrite: Count;
  readonly output: Count;
  readonly reasoning: Count;
}

/** Each token once: in the usage, `input` and `output` contain the others. */
function countTokens(usage: Usage, route: RouteSeries): void {
  const { cachedInput = 0, cacheWrite = 0, reasoning = 0 } = usage;
  route.input.value += Math.max(usage.input - cachedInput - cacheWrite, 0);
  route.cachedInput.value += cachedInput;
  route.cacheWrite.value += cacheWrite;
  route.output.value += Math.max(usage.output - reasoning, 0);
  route.reasoning.value += reasoning;
  route.inputTokens.observe(usage.input);
  route.outputTokens.observe(usage.output);
}

const aborted = 'aborted';

function familyOf(instrument: { family(): MetricFamily }): MetricFamily {
  return instrument.family();
}

/** `2xx`, `4xx`, `5xx`; `aborted` where the client left. */
function statusClass(status: number | undefined): string {
  return status === undefined ? aborted : `${Math.floor(status / 100)}xx`;
}
