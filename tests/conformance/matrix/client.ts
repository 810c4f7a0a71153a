// What the matrix asks of a client, in words that fit all of them, and what a client says it saw. Each client's folder
// translates this into the calls its users write.
import type { Json } from '../../support/scripted-upstream.ts';

/** `tools` is a loop of two requests: the model calls, the client answers with the result. `object`: parsed JSON. */
export type Way = 'whole' | 'stream' | 'helper' | 'tools' | 'object';

export interface Ask {
  readonly model: string;
  readonly system?: string;
  readonly prompt: string;
  /** https or data URL. */
  readonly image?: string;
  readonly temperature?: number;
  readonly maxTokens?: number;
  readonly n?: number;
  /** Offers the tool `weather({city})` with a strict schema; its result is `sunny in <city>`. */
  readonly tools?: true;
  /** Whether the tool must be called. */
  readonly mustCall?: true;
  /** Asks the model to think; only where clients are asked beside the matrix. */
  readonly effort?: 'high';
  /** Whether a stream is to end with usage. */
  readonly usage?: true;
  /** Breaks off when aborted. */
  readonly signal?: AbortSignal;
  /** Leaves a stream behind after so many pieces of text. */
  readonly leaveAfter?: number;
}

export interface Usage {
  readonly input: number;
  readonly output: number;
  readonly total: number;
  readonly cached?: number;
  readonly reasoning?: number;
}

export interface Call {
  readonly id: string;
  readonly name: string;
  /** Parsed arguments. */
  readonly input: Json;
}

export interface Failure {
  /** Name of the client's error class. */
  readonly class: string;
  readonly message: string;
  readonly status?: number;
  readonly code?: string | null;
  readonly type?: string;
  readonly param?: string | null;
  readonly requestId?: string;
}

/** What a client shows of an exchange; absent is what it does not show. */
export interface Seen {
  readonly text?: string;
  /** Texts by index where the client shows more than one choice. */
  readonly texts?: readonly string[];
  readonly reasoning?: string;
  readonly calls?: readonly Call[];
  readonly object?: Json;
  /** As on the wire. */
  readonly finish?: string;
  readonly finishes?: readonly string[];
  readonly role?: string;
  readonly usage?: Usage;
  readonly model?: string;
  readonly requestId?: string;
  readonly error?: Failure;
}

export interface Client extends AsyncDisposable {
  /** Exchanges in this client's own idiom, without retries. Errors are part of what is seen; none is thrown. */
  readonly ways: Readonly<Record<Way, (ask: Ask) => Promise<Seen>>>;
}

/** Where a client finds the gateway. */
export interface Entrance {
  readonly url: string;
  readonly key: string;
}

/** The schema of the `weather` tool as JSON Schema; clients with schemas of their own say the same in those. */
export const weatherSchema = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
} as const;

/** The schema of the `object` way, named `person`. */
export const personSchema = {
  type: 'object',
  properties: { name: { type: 'string' }, age: { type: 'integer' } },
  required: ['name', 'age'],
  additionalProperties: false,
} as const;

/** Without members that are absent: what a client did not show. */
export function seen(members: { readonly [Name in keyof Seen]: Seen[Name] | undefined }): Seen {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
