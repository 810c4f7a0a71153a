// One request's way through the gateway: the two sides of the client's socket, its identity and its end.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { EndSignal } from './end-signal.ts';

/** Over Node's server of HTTP. */
export interface Exchange extends ChatExchange {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
}

/** Over Node's server, or over `src/http/usual`. */
export interface ChatExchange extends ServedExchange {
  readonly outgoing: ClientOutput;
}

/** An exchange as the stages see it that answer it. */
export interface ServedExchange {
  /** `req_…`: the id of the ledger row and of `x-request-id`. */
  readonly id: string;
  readonly incoming: IncomingMessage | WholeRequest;
  readonly outgoing: AnswerOutput;
  /** Aborts when the client's socket closes before the answer is complete, or when shutdown runs out of patience. */
  readonly signal: EndSignal;
  /** Unix ms. */
  readonly startedAt: number;
  /** Monotonic ms. */
  readonly startedMonotonic: number;
  /** Headers that say how the limits stand, once something is held; whatever the request becomes, an answer or an error, has them. */
  limits?: Readonly<Record<string, string>> | undefined;
  /** Set where the answer is to be kept for whoever asks the same again. */
  readonly recording?: Recording;
}

/** A request that came whole, head and body. */
export interface WholeRequest extends Pick<IncomingMessage, 'headers' | 'socket' | 'method' | 'url'> {
  readonly body: Buffer;
  readonly complete: true;
}

/** An answer that goes to one client. */
export interface ClientOutput extends AnswerOutput {
  readonly statusCode: number;
}

/** What the stages need of a ServerResponse, so that one answer may go to several clients. */
export interface AnswerOutput {
  readonly req: {
    readonly complete: boolean;
    readonly socket: { destroy(): unknown };
    resume(): unknown;
    once(event: 'close', listener: () => void): unknown;
  };
  readonly socket: AnswerSocket | null;
  readonly headersSent: boolean;
  readonly destroyed: boolean;
  readonly writableEnded: boolean;
  readonly writableFinished: boolean;
  readonly writableNeedDrain: boolean;
  /** Bytes that the system has not taken yet; absent where none is there to take them. */
  readonly writableLength?: number;
  /**
   * Whether each write is made a chunk of HTTP here. Whoever makes them himself takes it back behind `writeHead` and before the
   * first write, and `socket` is a Socket then. Absent where no HTTP is written.
   */
  chunkedEncoding?: boolean;
  setHeader(name: string, value: string): unknown;
  writeHead(status: number, headers: Readonly<Record<string, string | number>>): unknown;
  write(piece: string | Uint8Array): boolean;
  end(last?: string | Uint8Array): unknown;
  destroy(): unknown;
  once(event: 'drain' | 'finish' | 'close', listener: () => void): unknown;
  off(event: 'drain' | 'finish' | 'close', listener: () => void): unknown;
}

export interface AnswerSocket {
  readonly destroyed?: boolean;
  readonly errored?: Error | null;
  setNoDelay(on: boolean): unknown;
  setTimeout(milliseconds: number): unknown;
}

export interface Recording {
  /** `wanted` is asked when the answer ends: whether it is to be kept. */
  keepWhen(wanted: () => boolean): void;
  /** Resolves when what is to be kept is kept, or cannot be. */
  kept(): Promise<void>;
}

/** The reason of `signal` when it was the client who left; anything else is an error to tell the client. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone';
  constructor() {
    super('the client closed its connection');
  }
}
