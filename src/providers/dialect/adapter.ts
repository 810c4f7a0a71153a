// A provider whose wire is not OpenAI's: its own folder says how a request is written and its answers are read; what is
// the same for all of them is here.
import type { ProviderCapabilities } from '../../core/capabilities.ts';
import type { Clock, IdSource } from '../../core/clock.ts';
import { TollgateError } from '../../core/errors.ts';
import type { AnswerHeaders, ChatCall, ProviderAdapter } from '../../core/ports.ts';
import type { StreamEvent } from '../../core/stream-event.ts';
import type { Usage } from '../../core/usage.ts';
import { unknownFields } from '../../wire/openai/known-fields.ts';
import { answerFormOf } from '../openai-compatible/answer-form.ts';
import { toWireUsage } from '../openai-compatible/map-usage.ts';
import { writeUsage } from '../openai-compatible/read-whole.ts';
import type { AnswerHead } from './answer-head.ts';

import type { ReasoningMemory } from './reasoning-memory.ts';
import { createChunkWriter } from './write-chunks.ts';
import { writeWhole } from './write-whole.ts';

/** One upstream call in the dialect. */
export interface DialectRequest {
  /** Path and query behind the base URL: `/messages`. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** To be written as JSON. */
  readonly body: unknown;
}

/** Reads the events of one stream. Throws TollgateError for an error among them, or for what makes no sense. */
export interface DialectReader {
  /** `data` is the parsed JSON of one event. */
  read(data: unknown): readonly StreamEvent[];
  /** Called when the stream has ended properly: what is still to be said. */
  end?(): readonly StreamEvent[];
  /** Whether the event just read was the last. */
  done(): boolean;
  /** Whether it was the last only because no more is wanted. */
  cut?(): boolean;
}

export interface Dialect {
  /** Throws TollgateError, with the exact `param`, for what this provider has no word for. */
  toRequest(call: ChatCall, capabilities: ProviderCapabilities, memory: ReasoningMemory): DialectRequest;
  /** The events of a whole answer. `newCallId`: for providers that give calls no ids. */
  readWhole(body: unknown, newCallId: () => string, call: ChatCall): readonly StreamEvent[];
  createReader(newCallId: () => string, call: ChatCall): DialectReader;
  /** Fields of the request that are without effect at this provider; fields that nobody knows are not its business. */
  droppedParams(call: ChatCall, memory: ReasoningMemory): readonly string[];
  mapError(status: number, headers: AnswerHeaders, body: Buffer, secrets: readonly string[]): TollgateError;
}

export interface DialectOptions {
  readonly name: string;
  /** Up to and including the version, without a slash at its end: `https://api.anthropic.com/v1`. */
  readonly baseUrl: string;
  /** Headers of every call, the credentials among them. */
  readonly headers: Readonly<Record<string, string>>;
  /** What no client may see of it, beside the values of headers. */
  readonly capabilities: ProviderCapabilities;
  readonly clock: Clock;
  readonly nextCompletionId: IdSource;
  readonly memory: ReasoningMemory;
}

export function createDialectAdapter(dialect: Dialect, options: DialectOptions): ProviderAdapter {
  const base = new URL(options.baseUrl);
  const common = { 'content-type': 'application/json', 'user-agent': 'tollgate', ...options.headers };
  const secrets = [base.host, base.hostname, ...Object.values(options.headers)].filter(
    (secret) => secret.length > 3,
  );
  const { memory } = options;

  function headOf(call: ChatCall): AnswerHead {
    const id = options.nextCompletionId();
    let made = 0;
    return {
      id,
      created: Math.floor(options.clock.now() / 1000),
      model: call.request.model,
      form: answerFormOf(call),
      newCallId: () => `call_${id.replace(/^chatcmpl-/, '')}_${made++}`,
    };
  }

  function toRequest(call: ChatCall): DialectRequest {
    const capabilities = call.capabilities
      ? { ...options.capabilities, ...call.capabilities }
      : options.capabilities;
    return dialect.toRequest(call, capabilities, memory);
  }

  return {
    name: options.name,
    capabilities: options.capabilities,
    unavailable: () => undefined,
    refusal(call) {
      try {
        toRequest(call);
        return undefined;
      } catch (thrown) {
        if (thrown instanceof TollgateError) return thrown;
        throw thrown;
      }
    },
    prepare(call) {
      const request = toRequest(call);
      return {
        origin: base.origin,
        path: `${base.pathname.replace(/\/+$/, '')}${request.path}`,
        headers: {
          ...common,
          accept: call.streaming ? 'text/event-stream' : 'application/json',
          ...request.headers,
        },
        body: Buffer.from(JSON.stringify(request.body)),
      };
    },
    readWhole(call, body) {
      const head = headOf(call);
      const events = dialect.readWhole(parse(body), head.newCallId, call);
      const remember = memory.watch();
      for (const event of events) remember(event);
      return writeWhole(events, head);
    },
    writeUsage,
    createStreamReader(call) {
      const head = headOf(call);
      const reader = dialect.createReader(head.newCallId, call);
      const writer = createChunkWriter(head, call.includeUsage);
      const remember = memory.watch();
      let usage: Usage | undefined;
      let tier: string | undefined;
      return {
        read(data) {
          const events = [...reader.read(parse(data))];
          const done = reader.done();
          if (done) events.push(...(reader.end?.() ?? []));
          for (const event of events) {
            if (event.type === 'usage') usage = event.usage;
            if (event.type === 'service-tier') tier = event.tier;
            remember(event);
          }
          const { chunks, text } = writer.write(events);
          const chunk = chunks.pop();
          if (chunk === undefined) return { text, done };
          const cut = done && reader.cut?.() === true;
          return {
            ...(chunks.length > 0 ? { before: chunks } : {}),
            chunk,
            text,
            done,
            ...(cut ? { cut } : {}),
          };
        },
        complete: writer.complete,
        usage: () => usage,
        usageChunk: (counted) =>
          JSON.stringify({
            id: head.id,
            object: 'chat.completion.chunk',
            created: head.created,
            model: head.model,
            ...(tier === undefined ? {} : { service_tier: tier }),
            choices: [],
            usage: toWireUsage(counted),
          }),
      };
    },
    // Fields nobody knows mean nothing in another dialect (CONTRACT, decision 4).
    droppedParams: (call) => [...dialect.droppedParams(call, memory), ...unknownFields(call.request)],
    mapError: (status, answered, body) => dialect.mapError(status, answered, body, secrets),
    forwardHeaders: () => ({}),
  };
}

function parse(json: Buffer): unknown {
  try {
    return JSON.parse(json.toString());
  } catch (cause) {
    throw new TollgateError('upstream_error', { cause, values: { reason: 'its answer is not JSON' } });
  }
}
