// The exchanges that several checks look at, each made once and only when the first of them asks: a run against a slow
// or a paid model stays short.
import { type EventStream, readEventStream } from './event-stream.ts';
import { offered } from './expectations.ts';
import * as ask from './prompts.ts';
import type { Reply, Server } from './server.ts';

export interface Exchanges {
  /** A short answer in text; the status may be anything. */
  answer(): Promise<Reply>;
  /** The same as a stream, without usage. */
  stream(): Promise<EventStream>;
  /** The same with `stream_options.include_usage`. */
  usageStream(): Promise<EventStream>;
  /** One forced call of `get_weather`. Skips when the server has no tools, as all below when it has not theirs. */
  toolCall(): Promise<Reply>;
  toolStream(): Promise<EventStream>;
  thinking(): Promise<Reply>;
  thinkingStream(): Promise<EventStream>;
  twoChoices(): Promise<Reply>;
  twoChoicesStream(): Promise<EventStream>;
  logprobs(): Promise<Reply>;
}

export function createExchanges(server: Server): Exchanges {
  const granted = async (what: string, members: ask.Ask) => {
    const reply = await server.chat(members);
    offered(what, reply);
    return reply;
  };
  const grantedStream = async (what: string, members: ask.Ask) =>
    readEventStream(await granted(what, { ...members, stream: true }));
  const forced = { ...ask.weather, tool_choice: 'required' };
  const two = { ...ask.hello, n: 2 };
  return {
    answer: once(() => server.chat(ask.hello)),
    stream: once(async () => readEventStream(await server.chat({ ...ask.hello, stream: true }))),
    usageStream: once(async () =>
      readEventStream(
        await server.chat({ ...ask.hello, stream: true, stream_options: { include_usage: true } }),
      ),
    ),
    toolCall: once(() => granted('tools', forced)),
    toolStream: once(() => grantedStream('tools', forced)),
    thinking: once(() => granted('reasoning_effort', ask.think)),
    thinkingStream: once(() => grantedStream('reasoning_effort', ask.think)),
    twoChoices: once(() => granted('n', two)),
    twoChoicesStream: once(() => grantedStream('n', two)),
    logprobs: once(() => granted('logprobs', { ...ask.hello, logprobs: true, top_logprobs: 3 })),
  };
}

/** Also a failure is kept: what the server did not answer once, it is not asked again. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
