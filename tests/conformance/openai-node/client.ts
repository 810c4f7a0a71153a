// The official client for JavaScript, as its users write it.
import OpenAI from 'openai';
import { zodFunction, zodResponseFormat } from 'openai/helpers/zod';
import { z } from 'zod';
import {
  type Ask,
  type Client,
  type Entrance,
  type Failure,
  type Seen,
  seen,
  type Usage,
} from '../matrix/client.ts';

type Reasoned = { readonly reasoning_content?: string | null };

const tools = [
  zodFunction({
    name: 'weather',
    description: 'Tells the weather.',
    parameters: z.object({ city: z.string() }),
  }),
];
const person = z.object({ name: z.string(), age: z.int() });

export async function startClient({ url, key }: Entrance): Promise<Client> {
  const openai = new OpenAI({ baseURL: url, apiKey: key, maxRetries: 0 });

  async function whole(ask: Ask): Promise<Seen> {
    const answer = await openai.chat.completions.create(request(ask), options(ask));
    return ofCompletion(answer, answer._request_id);
  }

  async function stream(ask: Ask): Promise<Seen> {
    const call = openai.chat.completions.create(streamed(ask), options(ask));
    const { data, request_id } = await call.withResponse();
    const choices: Gathered[] = [];
    let usage: OpenAI.CompletionUsage | null | undefined;
    let model: string | undefined;
    let pieces = 0;
    try {
      for await (const chunk of data) {
        model = chunk.model;
        usage = chunk.usage;
        for (const choice of chunk.choices) gather(choices, choice);
        if (chunk.choices[0]?.delta.content) pieces++;
        if (ask.leaveAfter && pieces === ask.leaveAfter) return seen({ text: choices[0]?.text });
      }
    } catch (error) {
      return seen({ text: choices[0]?.text, error: ofError(error) });
    }
    return ofGathered(choices, { model, usage, requestId: request_id ?? undefined });
  }

  async function helper(ask: Ask): Promise<Seen> {
    const running = openai.chat.completions.stream(streamed(ask), options(ask));
    let text = '';
    let pieces = 0;
    running.on('content', (delta) => {
      text += delta;
      if (delta && ++pieces === ask.leaveAfter) running.abort();
    });
    try {
      // The helper keeps the request id to itself.
      return ofCompletion(await running.finalChatCompletion(), undefined);
    } catch (error) {
      if (ask.leaveAfter && error instanceof OpenAI.APIUserAbortError) return { text };
      return seen({ text: text || undefined, error: ofError(error) });
    }
  }

  async function toolLoop(ask: Ask): Promise<Seen> {
    const { messages, ...rest } = request(ask);
    const first = await openai.chat.completions.create({ ...rest, messages });
    const message = first.choices[0]?.message;
    if (!message) throw new Error('no choice');
    const calls = callsOf(message.tool_calls);
    const results = calls.map(({ id, input }) => ({
      role: 'tool' as const,
      tool_call_id: id,
      content: `sunny in ${input.city}`,
    }));
    const second = await openai.chat.completions.create({
      ...rest,
      messages: [...messages, message, ...results],
    });
    return { ...ofCompletion(second, second._request_id), calls };
  }

  async function object(ask: Ask): Promise<Seen> {
    const answer = await openai.chat.completions.parse({
      ...request(ask),
      response_format: zodResponseFormat(person, 'person'),
    });
    const { text: _, ...rest } = ofCompletion(answer, answer._request_id);
    return { ...rest, object: answer.choices[0]?.message.parsed };
  }

  const caught = (way: (ask: Ask) => Promise<Seen>) => (ask: Ask) =>
    way(ask).catch((error: unknown) => ({ error: ofError(error) }));
  return {
    ways: {
      whole: caught(whole),
      stream: caught(stream),
      helper,
      tools: caught(toolLoop),
      object: caught(object),
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}

function request(ask: Ask): OpenAI.ChatCompletionCreateParamsNonStreaming {
  const current = ask.model.startsWith('gpt-5');
  return {
    model: ask.model,
    messages: [
      ...(ask.system
        ? [{ role: current ? ('developer' as const) : ('system' as const), content: ask.system }]
        : []),
      {
        role: 'user',
        content: ask.image
          ? [
              { type: 'text', text: ask.prompt },
              { type: 'image_url', image_url: { url: ask.image } },
            ]
          : ask.prompt,
      },
    ],
    ...(ask.temperature === undefined ? {} : { temperature: ask.temperature }),
    ...(ask.maxTokens ? { [current ? 'max_completion_tokens' : 'max_tokens']: ask.maxTokens } : {}),
    ...(ask.n ? { n: ask.n } : {}),
    ...(ask.effort ? { reasoning_effort: ask.effort } : {}),
    ...(ask.tools ? { tools } : {}),
    ...(ask.mustCall ? { tool_choice: 'required' as const } : {}),
  };
}

const streamed = (ask: Ask): OpenAI.ChatCompletionCreateParamsStreaming => ({
  ...request(ask),
  stream: true,
  ...(ask.usage ? { stream_options: { include_usage: true } } : {}),
});
const options = ({ signal }: Ask) => (signal ? { signal } : {});
interface Gathered {
  text: string;
  reasoning: string;
  role: string;
  finish: string | undefined;
  calls: { id: string; name: string; input: string }[];
}

function gather(
  choices: Gathered[],
  { index, delta, finish_reason }: OpenAI.ChatCompletionChunk.Choice,
): void {
  choices[index] ??= { text: '', reasoning: '', role: '', finish: undefined, calls: [] };
  const choice = choices[index];
  choice.text += delta.content ?? '';
  choice.reasoning += (delta as Reasoned).reasoning_content ?? '';
  choice.role += delta.role ?? '';
  choice.finish = finish_reason ?? choice.finish;
  for (const piece of delta.tool_calls ?? []) {
    choice.calls[piece.index] ??= { id: '', name: '', input: '' };
    const call = choice.calls[piece.index] as Gathered['calls'][number];
    call.id += piece.id ?? '';
    call.name += piece.function?.name ?? '';
    call.input += piece.function?.arguments ?? '';
  }
}

function ofGathered(
  choices: readonly Gathered[],
  {
    usage,
    ...rest
  }: {
    model: string | undefined;
    usage: OpenAI.CompletionUsage | null | undefined;
    requestId: string | undefined;
  },
): Seen {
  const [first] = choices;
  const several = choices.length > 1;
  return seen({
    ...rest,
    text: first?.text || undefined,
    texts: several ? choices.map(({ text }) => text) : undefined,
    reasoning: first?.reasoning || undefined,
    calls: first?.calls.length
      ? first.calls.map((call) => ({ ...call, input: JSON.parse(call.input) }))
      : undefined,
    finish: first?.finish,
    finishes: several ? choices.map(({ finish }) => finish ?? '') : undefined,
    role: first?.role,
    usage: ofUsage(usage),
  });
}

function ofCompletion(answer: OpenAI.ChatCompletion, requestId: string | null | undefined): Seen {
  const [first] = answer.choices;
  const several = answer.choices.length > 1;
  return seen({
    text: first?.message.content || undefined,
    texts: several ? answer.choices.map(({ message }) => message.content ?? '') : undefined,
    reasoning: (first?.message as Reasoned | undefined)?.reasoning_content ?? undefined,
    calls: first?.message.tool_calls ? callsOf(first.message.tool_calls) : undefined,
    finish: first?.finish_reason,
    finishes: several ? answer.choices.map(({ finish_reason }) => finish_reason) : undefined,
    role: first?.message.role,
    usage: ofUsage(answer.usage),
    model: answer.model,
    requestId: requestId ?? undefined,
  });
}

function callsOf(calls: readonly OpenAI.ChatCompletionMessageToolCall[] = []) {
  return calls.map((call) => {
    if (call.type !== 'function') throw new Error(`a call of type ${call.type}`);
    return { id: call.id, name: call.function.name, input: JSON.parse(call.function.arguments) };
  });
}

function ofUsage(usage: OpenAI.CompletionUsage | null | undefined): Usage | undefined {
  if (!usage) return undefined;
  return {
    input: usage.prompt_tokens,
    output: usage.completion_tokens,
    total: usage.total_tokens,
    cached: usage.prompt_tokens_details?.cached_tokens ?? -1,
    reasoning: usage.completion_tokens_details?.reasoning_tokens ?? -1,
  };
}

function ofError(error: unknown): Failure {
  if (!(error instanceof OpenAI.APIError)) throw error;
  const { message, status, code, type, param, requestID } = error;
  const members = {
    class: error.constructor.name,
    message,
    status,
    code,
    type,
    param,
    requestId: requestID ?? undefined,
  };
  return Object.fromEntries(
    Object.entries(members).filter(([, value]) => value !== undefined),
  ) as unknown as Failure;
}
