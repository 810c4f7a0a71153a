// The seams: what the wings offer each other. gateway.ts hands each stage only the ports it needs.
import type { RetryPolicy } from '../routing/retry.ts';
import type { Route, Target } from '../routing/route.ts';
import type { Strategy } from '../routing/strategies.ts';
import type { ChatRequest } from '../wire/openai/chat-request.ts';
import type { ProviderCapabilities } from './capabilities.ts';
import type { EndSignal } from './end-signal.ts';
import type { TollgateError } from './errors.ts';
import type { IdempotencyClaim } from './idempotency.ts';
import type { Limit, LimitStanding, Reserved, WorstCase } from './limits.ts';
import type { NanoUsd, Price } from './money.ts';
import type { BeginningRequest, ObservedRequest } from './observed-request.ts';
import type { Principal } from './principal.ts';
import type { RequestDetails } from './request-details.ts';
import type { StreamFraming } from './stream-framing.ts';
import type { Usage, UsageSource } from './usage.ts';

// --- keys -------------------------------------------------------------------------------------------------------

export interface KeyReader {
  /**
   * The principal of a presented key, whatever its status; `undefined` if there is no such key. May answer from a
   * cache: `LedgerWriter.hold` checks the key again inside its transaction, so a revocation is effective at once.
   */
  authenticate(presentedKey: string): Promise<Principal | undefined> | Principal | undefined;
  /** As `authenticate`, always from the store: for requests that reserve nothing. */
  authenticateUncached(presentedKey: string): Promise<Principal | undefined>;
}

// --- models and routes ------------------------------------------------------------------------------------------

export interface Timeouts {
  readonly connectMs: number;
  /** From dispatch to the upstream's first event (streaming) or its headers. */
  readonly firstTokenMs: number;
  /** Longest silence between two pieces of an answer. */
  readonly idleMs: number;
  readonly totalMs: number;
}

/** A public model: what a client may name. */
export interface PublicModel {
  readonly name: string;
  readonly route: Route;
  /** How the targets inside a group are ordered. */
  readonly strategy: Strategy;
  readonly retry: RetryPolicy;
  /** `undefined` = not known: the plan stage refuses. Free models have a price of 0. */
  readonly price: Price | undefined;
  /** `config`: the file states it, and nothing else may. */
  readonly priceFrom?: 'config';
  readonly contextWindow?: number;
  readonly maxOutputTokens?: number;
  readonly timeouts: Timeouts;
  /** What differs from what its providers can do in general. */
  readonly capabilities?: Partial<ProviderCapabilities>;
  /** Reasoning goes out as `reasoning` too, beside `reasoning_content`. */
  readonly reasoningAlias?: boolean;
  /** Fields the wire does not know, and fields an upstream would not get, are refused. */
  readonly strictParams?: boolean;
  /** What becomes of a stream whose upstream is lost in the middle; default `error`: it ends with an error. */
  readonly onStreamFailure?: 'error' | 'continue';
  /** Unix seconds, for `GET /v1/models`. */
  readonly created: number;
}

/** One generation of the configuration; replaced as a whole on reload. */
export interface RouteReader {
  model(name: string): PublicModel | undefined;
  models(): readonly PublicModel[];
}

// --- ledger -----------------------------------------------------------------------------------------------------

export interface HoldEntry {
  /** The request id (`chatcmpl-…`): one ledger row per id, for ever. */
  readonly id: string;
  readonly keyId: string;
  readonly projectId: string;
  readonly model: string;
  readonly provider: string;
  readonly upstreamModel: string;
  readonly priceVersion: string;
  readonly organizationId: string;
  /** Of `user` or `safety_identifier`; limits per end user count by it. */
  readonly endUser?: string | undefined;
  /** What is reserved under every limit that applies. */
  readonly worst: WorstCase;
  readonly stream: boolean;
  /** Unix ms: the request counts in the windows of this moment. */
  readonly startedAt: number;
  /** Of a request with an `Idempotency-Key`: held only while no other request has that key. */
  readonly claim?: IdempotencyClaim | undefined;
}

/** A committed hold. */
export interface Held {
  readonly reserved: Reserved;
  /** Of every limit that applied, by id. */
  readonly standings: readonly LimitStanding[];
}

/** What a long answer has used by now: a crash charges this much. Cumulative. */
export interface Checkpoint {
  readonly id: string;
  readonly usage: Usage;
  readonly usageSource: UsageSource;
  readonly cost: NanoUsd;
  /** Unix ms. */
  readonly at: number;
}

export interface AttemptRecord {
  readonly provider: string;
  readonly upstreamModel: string;
  /** HTTP status of the upstream, absent if it never answered. */
  readonly status?: number | undefined;
  /** Catalogue code when it failed. With a status of success: its stream broke off. */
  readonly error?: string | undefined;
  /** Until it began to answer, or failed. */
  readonly durationMs: number;
  /** Ms since the request was received: the call began. */
  readonly startMs?: number | undefined;
  /** Ms since the request was received: the upstream's status came. */
  readonly firstByteMs?: number | undefined;
  /** Which of the provider's keys was used, where it has several: `api_keys[1] …wxyz`. Never the key. */
  readonly credential?: string | undefined;
  /** What it reported of its own part, where several targets wrote one answer. */
  readonly usage?: Usage | undefined;
}

export interface Settlement {
  readonly id: string;
  /** `settled`: it reached a model. `released`: it reached none, so nothing is charged. */
  readonly state: 'settled' | 'released';
  /** The target that answered, or was tried last. */
  readonly provider: string;
  readonly upstreamModel: string;
  readonly usage: Usage | undefined;
  readonly usageSource: UsageSource | undefined;
  readonly cost: NanoUsd;
  /** The client did not get the whole answer. */
  readonly partial: boolean;
  /** Catalogue code of what went wrong, `client_aborted`, or absent. */
  readonly error?: string | undefined;
  readonly attempts: readonly AttemptRecord[];
  readonly firstTokenMs?: number | undefined;
  readonly durationMs: number;
  readonly details?: RequestDetails | undefined;
}

export interface LedgerWriter {
  /**
   * Reserves the worst case under every limit that applies, together or not at all, inserts the row as `held`, and
   * returns once that is committed. Rejects with LimitExceeded when a limit has no room; with IdempotencyConflict when
   * another request has the key it claims; with TollgateError:
   * `invalid_api_key`, `key_disabled`, `key_expired` when the key's state in the store forbids it,
   * `ledger_unavailable` when it cannot be written.
   */
  hold(entry: HoldEntry): Promise<Held>;
  /**
   * Replaces the hold by what really happened. Idempotent by id; retried inside until durable. What it cost beyond its
   * hold is noted on the row and charged to nobody: no budget is ever passed.
   */
  settle(settlement: Settlement): Promise<void>;
  /** Notes progress on a row that is still held, with the next batch. What cannot be written is left out. */
  checkpoint(checkpoint: Checkpoint): void;
  /** Whether limits of cost or tokens are in force: then the prompt is counted as exactly as can be. */
  metersContent(): boolean;
}

// --- providers --------------------------------------------------------------------------------------------------

/** A call to make: everything but the connection itself. */
export interface UpstreamCall {
  /** `http://host:port`, from configuration only. */
  readonly origin: string;
  /** Set when the upstream listens on a local socket; `origin` then only names the host header. */
  readonly socketPath?: string;
  /** Connects to public addresses only. */
  readonly publicOnly?: true;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** In pieces where it is too large to be copied into one. */
  readonly body: Uint8Array | readonly Uint8Array[];
}

export interface ChatCall {
  readonly request: ChatRequest;
  /** The client's own bytes, for patching instead of re-serialising. */
  readonly body: Buffer;
  readonly target: Target;
  readonly streaming: boolean;
  /** Whether the client asked for usage in the stream; upstream it is always asked for. */
  readonly includeUsage: boolean;
  /** Most tokens the model may write, where the operator set `max_output_tokens`: the upstream gets no larger cap. */
  readonly maxOutputTokens?: number | undefined;
  /** What the public model can do, where that differs from its provider. */
  readonly capabilities?: Partial<ProviderCapabilities> | undefined;
  readonly reasoningAlias?: boolean | undefined;
}

export type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** A complete answer as the client gets it. */
export interface WholeAnswer {
  readonly json: string;
  readonly usage: Usage | undefined;
  /** What the model wrote, for counting when `usage` is missing. */
  readonly text: string;
}

/** What one event of an upstream's stream means. */
export interface StreamReading {
  /** Chunks that clients need before `chunk`, which is then there too. */
  readonly before?: readonly string[];
  /** One chat completion chunk for the client, one line of JSON; absent when there is nothing to pass on. */
  readonly chunk?: string;
  /** Text, reasoning and tool input in these chunks, for counting. */
  readonly text: string;
  /** The upstream says that this was all. */
  readonly done: boolean;
  /** With `done`: the upstream would go on, but no more is wanted. Its call is ended at once. */
  readonly cut?: boolean;
  /** Of `chunk` in UTF-8, where that is known. */
  readonly bytes?: number;
}

export interface RepeatReader {
  /**
   * As `StreamReader.read`, for the event in `bytes` from `start` up to `end`, where it differs from the one before only in its
   * text; `undefined` where it does not. Never throws.
   */
  readAgain(bytes: Buffer, start: number, end: number): StreamReading | undefined;
}

/** Reads one upstream stream; throws TollgateError when an event is an error or makes no sense. */
export interface StreamReader {
  read(data: Buffer): StreamReading;
  /** Reads at less cost the events that are like the one before. */
  readonly repeats?: RepeatReader | undefined;
  /**
   * Whether every choice has given its finish reason, also those asked for that an upstream which has not said that this was all
   * has not begun: only then may a stream end with `[DONE]`.
   */
  complete(): boolean;
  /** Usage reported so far. */
  usage(): Usage | undefined;
  /** The closing usage chunk for a client that asked for it. */
  usageChunk(usage: Usage): string;
}

export interface Unavailability {
  /** A sentence that is safe to show to the client. */
  readonly reason: string;
  /** When to ask again; absent = it will not change by itself. */
  readonly retryAfterMs?: number;
}

/** One of several keys of a provider, for one call. */
export interface ProviderCredential {
  /** For the operator: `api_keys[1] …wxyz`. */
  readonly label: string;
  /** The provider, called with this key. */
  readonly adapter: ProviderAdapter;
  /** The provider began to answer. */
  succeeded(): void;
  /** Whether the key was the reason, so that another key may not fail; it is then left alone for a while. */
  failed(error: TollgateError): boolean;
}

/** One of several keys of a provider, for people. */
export interface CredentialState {
  /** `api_keys[1] …wxyz`. */
  readonly label: string;
  /** The models at the provider for which it is left alone: its limits and rights may be others for each. */
  readonly resting: readonly { readonly model: string; readonly forMs: number; readonly reason: string }[];
}

export interface ProviderAdapter {
  readonly name: string;
  readonly capabilities: ProviderCapabilities;
  /**
   * What it can do for this request, where the request needs an API of the provider that can do less. `capabilities`: those
   * of the provider with what the model changes in them.
   */
  capabilitiesFor?(
    request: ChatRequest,
    target: Target,
    capabilities: ProviderCapabilities,
  ): ProviderCapabilities;
  /**
   * Why it could not be asked this at all, beyond what its capabilities say; `undefined` when it could. Called before money is
   * held, with a call whose `body` is empty.
   */
  refusal?(call: ChatCall): TollgateError | undefined;
  /** Why it cannot be used now (engine loading, credentials missing); `undefined` when it can. */
  unavailable(): Unavailability | undefined;
  /** Where it may be back in a moment: resolves when it is, or when waiting is of no use. */
  comeBack?(signal: EndSignal): Promise<void>;
  /**
   * Where it has several keys: those to call with, one after the other as long as keys are the reason of failure. `model`: its
   * name at the provider.
   */
  credentials?(model: string): Iterable<ProviderCredential>;
  /** Where it has several keys: which are left alone now, in the order of the configuration. */
  credentialStates?(): readonly CredentialState[];
  prepare(call: ChatCall): UpstreamCall;
  /** Where each call carries a signature of its own: the call with it, as it is to be sent now. */
  sign?(call: UpstreamCall): Promise<UpstreamCall>;
  /** How its streams are framed; default: server-sent events. */
  readonly framing?: StreamFraming;
  /** Throws TollgateError when the body is no chat completion. */
  readWhole(call: ChatCall, body: Buffer): WholeAnswer;
  /** A whole answer with the counted usage in the place of the one its upstream left out. */
  writeUsage(json: string, usage: Usage): string;
  createStreamReader(call: ChatCall): StreamReader;
  /** Fields of the request that this upstream is not sent, because it would refuse them. */
  droppedParams(call: ChatCall): readonly string[];
  /** The error behind a status of 400 and more; `body` may be cut off or be no JSON at all. */
  mapError(status: number, headers: AnswerHeaders, body: Buffer): TollgateError;
  /** Headers of the upstream's answer that the client gets too. */
  forwardHeaders(headers: AnswerHeaders): Readonly<Record<string, string>>;
}

export interface ProviderReader {
  provider(name: string): ProviderAdapter | undefined;
}

/** How the receiver of an upstream's answer slows it down or ends it. */
export interface UpstreamFlow {
  pause(): void;
  resume(): void;
  /** Ends the exchange at once: the upstream sees its connection close. */
  abort(): void;
}

export interface UpstreamFailure {
  /** A short phrase that is safe to show. */
  readonly reason: string;
  /** Whether the request may have reached the upstream. */
  readonly sent: boolean;
  /** There was no connection within the limit. */
  readonly timedOut?: boolean;
  readonly cause: unknown;
}

/** Called in this order: `onHeaders`, `onData`*, then `onEnd` or `onError`; `onError` may come at any time, once. */
export interface UpstreamReceiver {
  onHeaders(status: number, headers: AnswerHeaders, flow: UpstreamFlow): void;
  onData(chunk: Buffer): void;
  /** `false`: what came is no whole answer, so nothing else is to come over its connection. */
  onEnd(): boolean;
  onError(failure: UpstreamFailure): void;
}

export interface UpstreamTransport extends AsyncDisposable {
  /** Returns a function that ends the exchange, also before the upstream has answered. */
  dispatch(call: UpstreamCall, connectTimeoutMs: number, receiver: UpstreamReceiver): () => void;
}

// --- telemetry ---------------------------------------------------------------------------------------------------

/** Hears what becomes of every request, one call an event: for logs, metrics and traces. Must not throw. */
export interface RequestObserver {
  began(request: BeginningRequest): ObservedRequest;
  /** Reserved durably. */
  held(request: ObservedRequest): void;
  /** A limit had no room for a request. */
  limited(limit: Pick<Limit, 'metric' | 'window'>): void;
  /** Refused before anything was reserved, or the client left (then `reason` is no TollgateError). */
  refused(request: ObservedRequest, reason: unknown): void;
  /** Answered from another's execution, or together with it, with that HTTP status. */
  answered(request: ObservedRequest, status: number): void;
  settled(request: ObservedRequest, settlement: Settlement, reason: unknown): void;
  /** The ledger could not take the settlement; the row stays `held` and is recovered at the next start. */
  unsettled(request: ObservedRequest, error: TollgateError): void;
}

// --- counting ---------------------------------------------------------------------------------------------------

export type TokenEncoding = 'o200k_base' | 'cl100k_base';

/** Counts tokens: of prompts before they are sent, and where an upstream did not report them. */
export interface TokenCounter {
  /** By `o200k_base` unless told. */
  count(text: string, encoding?: TokenEncoding): Promise<number>;
}

// --- the embedded model -----------------------------------------------------------------------------------------

export type { EngineState, EngineStatus, LocalEngine } from './local-engine.ts';
