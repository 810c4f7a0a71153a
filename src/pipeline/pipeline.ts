// The path of a request, one stage a line. Each stage is the file of its name and gets only the ports it needs.
import type { Clock } from '../core/clock.ts';
import type { ContentLog } from '../core/content.ts';
import { type TollgateError, toTollgateError } from '../core/errors.ts';
import type { ChatExchange, ServedExchange } from '../core/exchange.ts';
import type { IdempotencyClaim } from '../core/idempotency.ts';
import { costOf, withService } from '../core/money.ts';
import type { ObservedRequest } from '../core/observed-request.ts';
import type {
  LedgerWriter,
  ProviderReader,
  PublicModel,
  RequestObserver,
  RouteReader,
  TokenCounter,
  UpstreamTransport,
} from '../core/ports.ts';
import type { Principal } from '../core/principal.ts';
import type { TargetHealth } from '../routing/health.ts';
import { keepLastMembers } from '../wire/json/last-members.ts';
import type { ChatRequest } from '../wire/openai/chat-request.ts';
import { attempt } from './attempt.ts';
import { type Authenticator, presentedKey } from './authenticate.ts';
import { captureAnswer } from './capture-answer.ts';
import { createCheckpoints } from './checkpoints.ts';
import { clientFacts } from './client-facts.ts';
import { type ClientStream, openClientStream } from './client-stream.ts';
import { canBeContinued } from './continue-request.ts';
import { type HeldRequest, hold } from './hold.ts';
import type { ServeOnce } from './idempotency/idempotency.ts';
import type { QuotaStatus } from './limit-refusal.ts';
import { countDelivered, createMeter, type Meter, roughlyDelivered } from './meter.ts';
import { createOutputGuard, type OutputGuard } from './output-guard.ts';
import { type Plan, plan } from './plan.ts';
import { likelyMediaTokens } from './prompt/media-parts.ts';
import { encodingOf } from './prompt/tokenizer-family.ts';
import { rateLimitHeaders } from './rate-limit-headers.ts';
import { receive } from './receive.ts';
import { relayStream, relayWhole, tellable } from './relay.ts';
import { relayContinued } from './relay-continued.ts';
import { commonHeaders, sendError } from './respond.ts';
import { selectTargets } from './select-targets.ts';
import { settle } from './settle.ts';
import type { Attempted, AttemptLog } from './try-target.ts';
import type { Validator } from './validate.ts';

export interface PipelinePorts {
  readonly authenticator: Authenticator;
  readonly validate: Validator;
  readonly routes: RouteReader;
  readonly providers: ProviderReader;
  readonly transport: UpstreamTransport;
  readonly health: TargetHealth;
  readonly ledger: LedgerWriter;
  readonly counter: TokenCounter;
  readonly observer: RequestObserver;
  readonly clock: Clock;
  /** The client's address, behind the proxies that are trusted. */
  readonly addressOf: (incoming: ChatExchange['incoming']) => string;
  /** Numbers in [0, 1), for weighted routes and the jitter of retries. */
  readonly random: () => number;
  readonly bodyLimitBytes: number;
  readonly heartbeatMs: number;
  /** What an exhausted budget is answered with; default 429. */
  readonly quotaStatus?: QuotaStatus | undefined;
  /** Executes a request, or answers it from another's execution under the same `Idempotency-Key`. */
  readonly serveOnce: ServeOnce;
  /** Where what is said may be kept. */
  readonly content: ContentLog;
}

/** Answers one request to its end. Never throws. */
export type ChatPipeline = (exchange: ChatExchange) => Promise<void>;

export function createChatPipeline(ports: PipelinePorts): ChatPipeline {
  const checkpoints = createCheckpoints(ports.clock.monotonic);

  return async function chatCompletions(exchange) {
    const observed = ports.observer.began(exchange);
    try {
      const principal = await ports.authenticator.authenticate(exchange.incoming);
      observed.keyId = principal.keyId;
      const received = await receive(exchange.incoming, ports.bodyLimitBytes, exchange.signal);
      const validated = ports.validate(received);
      const request = validated instanceof Promise ? await validated : validated;
      const body = keepLastMembers(received, Object.keys(request).length);
      observed.model = ports.routes.model(request.model)?.name;
      observed.stream = request.stream === true;
      if (observed.trace) observed.request = request;
      const ordered = plan(request, principal, ports);
      const planned = selectTargets(ordered, request, ports.providers);
      await ports.serveOnce(
        {
          exchange,
          keyId: principal.keyId,
          apiKey: () => presentedKey(exchange.incoming.headers.authorization),
          body: received,
          stream: request.stream === true,
          totalMs: planned.model.timeouts.totalMs,
        },
        (served, claim) => holdAndServe(served, observed, principal, request, body, planned, claim),
      );
      if (!observed.held) ports.observer.answered(observed, exchange.outgoing.statusCode);
    } catch (thrown) {
      const error = tellable(thrown);
      ports.observer.refused(observed, error ?? thrown);
      if (error) sendError(exchange.outgoing, exchange.id, error, exchange.limits);
    }
  };

  async function holdAndServe(
    exchange: ServedExchange,
    observed: ObservedRequest,
    principal: Principal,
    request: ChatRequest,
    body: Buffer,
    planned: Plan,
    claim: IdempotencyClaim | undefined,
  ): Promise<void> {
    const bodyBytes = body.length;
    const held = await hold({ exchange, request, bodyBytes, principal, plan: planned, claim }, ports);
    ports.observer.held(observed);
    if (held.standings.length > 0) exchange.limits = rateLimitHeaders(held.standings);
    const wish = ports.content.wish(principal.options?.logContent);
    if (!wish) {
      await serve(exchange, observed, request, body, planned, held);
      return;
    }
    const outgoing = captureAnswer(exchange.outgoing, wish.maxBytes);
    const failed = await serve({ ...exchange, outgoing }, observed, request, body, planned, held);
    if (wish.of === 'errors' && !failed) return;
    const { id: requestId, startedAt: at } = exchange;
    const { keyId } = principal;
    ports.content.keep({ requestId, keyId, at, prompt: body, answer: outgoing.taken() });
  }

  /** The stages under a hold: whatever happens, it is settled. Resolves with whether something went wrong. */
  async function serve(
    exchange: ServedExchange,
    observed: ObservedRequest,
    request: ChatRequest,
    body: Buffer,
    planned: Plan,
    held: HeldRequest,
  ): Promise<boolean> {
    const { targets } = planned;
    const model = capped(planned.model, held);
    const caller = clientFacts(exchange.incoming, ports.addressOf(exchange.incoming));
    const log: AttemptLog = {
      records: [],
      startedMonotonic: exchange.startedMonotonic,
      reached: false,
      trace: observed.trace,
    };
    // What the gateway broke off itself is no answer to keep.
    exchange.recording?.keepWhen(() => log.reached && !exchange.signal.aborted);
    const guard = request.stream ? guardOf(request, planned, held) : undefined;
    const meter = createMeter({
      monotonic: ports.clock.monotonic,
      guard,
      gaps: observed.gaps,
      mediaTokens: () => likelyMediaTokens(request, targets[0].model),
    });
    const unwatch = checkpoints.watch({
      note: () => note(exchange.id, request, planned, log, meter),
    });
    const client = request.stream
      ? openClientStream(exchange.outgoing, commonHeaders(exchange.id, exchange.limits), ports.heartbeatMs)
      : undefined;
    let attempted: Attempted | undefined;
    let thrown: unknown;
    try {
      const options = { request, body, model, targets, signal: exchange.signal, log };
      attempted = await attempt(options, ports);
      const { answer } = attempted;
      if (answer.kind === 'whole') {
        await relayWhole(exchange, { ...attempted, answer }, model.timeouts, meter, ports.counter);
      } else if (client && canBeContinued(request, model)) {
        const first = { ...attempted, answer };
        await relayContinued({ ...options, exchange, first, client, meter }, ports);
      } else if (client) {
        await relayStream(exchange, { ...attempted, answer }, model.timeouts, client, meter, ports.counter);
      }
    } catch (caught) {
      thrown = caught;
      tell(exchange, client, tellable(caught));
    } finally {
      unwatch();
      client?.close();
      attempted?.visit.ended();
    }
    const durationMs = ports.clock.monotonic() - exchange.startedMonotonic;
    // Before the row is closed: a closed row without its answer says that there is none.
    await exchange.recording?.kept();
    try {
      const { heldMs } = held;
      const outcome = {
        exchange,
        request,
        plan: planned,
        log,
        meter,
        thrown,
        durationMs,
        heldMs,
        client: caller,
      };
      const settlement = await settle(outcome, ports.ledger, ports.counter);
      ports.observer.settled(observed, settlement, thrown);
      return settlement.error !== undefined;
    } catch (error) {
      ports.observer.unsettled(observed, toTollgateError(error));
      return true;
    }
  }

  function guardOf(request: ChatRequest, { targets }: Plan, { reserved }: HeldRequest): OutputGuard {
    const choices = request.n ?? 1;
    return createOutputGuard({
      reserved: reserved.outputCap * choices,
      // The choices of one stream are counted as one text, which is not how their upstream counts.
      sameTokenizer: choices === 1 && targets.every(({ model }) => encodingOf(model) !== undefined),
      metered: ports.ledger.metersContent(),
      counter: ports.counter,
    });
  }

  /** What a crash would charge: nothing before a model is reached. Counted where limits hang on it. */
  async function note(
    id: string,
    request: ChatRequest,
    { price }: Plan,
    log: AttemptLog,
    meter: Meter,
  ): Promise<void> {
    if (!log.reached) return;
    const { usage: delivered, source } = ports.ledger.metersContent()
      ? await countDelivered(request, meter, ports.counter)
      : { usage: roughlyDelivered(request, meter), source: 'estimated' as const };
    const usage = withService(delivered, request.service_tier, price);
    const at = ports.clock.now();
    ports.ledger.checkpoint({ id, usage, usageSource: source, cost: costOf(usage, price), at });
  }

  function tell(
    exchange: ServedExchange,
    client: ClientStream | undefined,
    error: TollgateError | undefined,
  ): void {
    if (!error) return;
    if (client?.begun()) client.fail(error);
    else sendError(exchange.outgoing, exchange.id, error, exchange.limits);
  }
}

/** Targets are held to what was reserved. */
function capped(model: PublicModel, { sentCap }: HeldRequest): PublicModel {
  return sentCap === undefined ? model : { ...model, maxOutputTokens: sentCap };
}
