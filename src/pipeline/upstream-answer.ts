// What one call to an upstream is made of, and what it comes to: a whole answer, or a stream whose first chunk is there.
import type { EndSignal } from '../core/end-signal.ts';
import type {
  AnswerHeaders,
  ChatCall,
  ProviderAdapter,
  Timeouts,
  UpstreamTransport,
  WholeAnswer,
} from '../core/ports.ts';
import type { UpstreamStream } from './upstream-stream.ts';

export interface AnswerHead {
  readonly status: number;
  readonly headers: AnswerHeaders;
}

export type WholeUpstreamAnswer = AnswerHead & { readonly kind: 'whole'; readonly whole: WholeAnswer };
export type StreamUpstreamAnswer = AnswerHead & { readonly kind: 'stream'; readonly stream: UpstreamStream };
export type UpstreamAnswer = WholeUpstreamAnswer | StreamUpstreamAnswer;

export interface UpstreamCallOptions {
  readonly call: ChatCall;
  readonly provider: ProviderAdapter;
  readonly transport: UpstreamTransport;
  readonly timeouts: Timeouts;
  /** Ends the call at any time; a stream that has begun ends with the signal's reason. */
  readonly signal: EndSignal;
  /** Added when all others are signed: they are about the way, not the message. */
  readonly traceHeaders?: Readonly<Record<string, string>> | undefined;
  /** Called when a model may have begun to work: the upstream accepted the request, or was lost after it was sent. */
  onReached(): void;
  /** Called with the HTTP status of the upstream, a refusal's too. */
  onStatus?(status: number): void;
}
