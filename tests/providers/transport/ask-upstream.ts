// Calls over a transport, as somebody who writes down everything they are told.
import type {
  AnswerHeaders,
  UpstreamCall,
  UpstreamFailure,
  UpstreamFlow,
  UpstreamTransport,
} from '../../../src/core/ports.ts';

export interface Exchanged {
  status?: number;
  headers?: AnswerHeaders;
  /** What was told, in order: `head`, `data`, `end`, `error`. */
  readonly told: string[];
  readonly pieces: Buffer[];
  failure?: UpstreamFailure;
  flow?: UpstreamFlow;
  body(): string;
  /** Resolves with the end, whichever it is. */
  readonly over: Promise<Exchanged>;
  readonly abort: () => void;
}

export interface Listening {
  onHeaders?(exchanged: Exchanged): void;
  onData?(exchanged: Exchanged, piece: Buffer): void;
  onEnd?(exchanged: Exchanged): boolean;
}

export function ask(
  transport: UpstreamTransport,
  call: Partial<UpstreamCall> & Pick<UpstreamCall, 'origin'>,
  listening: Listening = {},
  connectTimeoutMs = 20_000,
): Exchanged {
  const { promise, resolve } = Promise.withResolvers<Exchanged>();
  const exchanged: { -readonly [Key in keyof Exchanged]: Exchanged[Key] } = {
    told: [],
    pieces: [],
    body: () => Buffer.concat(exchanged.pieces).toString(),
    over: promise,
    abort: () => undefined,
  };
  exchanged.abort = transport.dispatch(
    { path: '/v1/chat/completions', headers: {}, body: Buffer.from('{}'), ...call },
    connectTimeoutMs,
    {
      onHeaders(status, headers, flow) {
        exchanged.told.push('head');
        Object.assign(exchanged, { status, headers, flow });
        listening.onHeaders?.(exchanged);
      },
      onData(piece) {
        exchanged.told.push('data');
        exchanged.pieces.push(piece);
        listening.onData?.(exchanged, piece);
      },
      onEnd() {
        exchanged.told.push('end');
        resolve(exchanged);
        return listening.onEnd?.(exchanged) ?? true;
      },
      onError(failure) {
        exchanged.told.push('error');
        exchanged.failure = failure;
        resolve(exchanged);
      },
    },
  );
  return exchanged;
}
