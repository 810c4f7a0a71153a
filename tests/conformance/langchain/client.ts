// LangChain's ChatOpenAI as its users write it.
import {
  type AIMessage,
  type AIMessageChunk,
  type BaseMessage,
  HumanMessage,
  SystemMessage,
  type ToolMessage,
  type UsageMetadata,
} from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { ChatOpenAI } from '@langchain/openai';
import { z } from 'zod';
import {
  type Ask,
  type Call,
  type Client,
  type Entrance,
  type Failure,
  type Seen,
  seen,
  type Usage,
} from '../matrix/client.ts';

const weather = tool(async ({ city }) => `sunny in ${city}`, {
  name: 'weather',
  description: 'Tells the weather.',
  schema: z.object({ city: z.string() }),
});
const person = z.object({ name: z.string(), age: z.int() });

export async function startClient({ url, key }: Entrance): Promise<Client> {
  function bare(ask: Ask): ChatOpenAI {
    return new ChatOpenAI({
      model: ask.model,
      apiKey: key,
      configuration: { baseURL: url },
      maxRetries: 0,
      ...(ask.temperature === undefined ? {} : { temperature: ask.temperature }),
      ...(ask.maxTokens ? { maxTokens: ask.maxTokens } : {}),
      ...(ask.n ? { n: ask.n } : {}),
    });
  }

  function model(ask: Ask) {
    if (!ask.tools) return bare(ask);
    return bare(ask).bindTools([weather], {
      strict: true,
      ...(ask.mustCall ? { tool_choice: 'required' as const } : {}),
    });
  }

  async function whole(ask: Ask): Promise<Seen> {
    if (!ask.n) return ofMessage(await model(ask).invoke(messages(ask), options(ask)));
    const { generations } = await bare(ask).generate([messages(ask)]);
    const all = (generations[0] ?? []).map((generation) =>
      ofMessage((generation as typeof generation & { message: AIMessage }).message),
    );
    return seen({
      ...all[0],
      texts: all.map(({ text }) => text ?? ''),
      finishes: (generations[0] ?? []).map(({ generationInfo }) => generationInfo?.finish_reason),
    });
  }

  async function stream(ask: Ask): Promise<Seen> {
    let message: AIMessageChunk | undefined;
    let pieces = 0;
    try {
      for await (const chunk of await model(ask).stream(messages(ask), options(ask))) {
        message = message ? message.concat(chunk) : chunk;
        if (chunk.text && ++pieces === ask.leaveAfter) break;
      }
    } catch (error) {
      return seen({ text: message?.text, error: ofError(error) });
    }
    if (ask.leaveAfter) return seen({ text: message?.text });
    return message ? ofMessage(message) : {};
  }

  /** The stream of events that chains and agents are watched by. */
  async function helper(ask: Ask): Promise<Seen> {
    let text = '';
    let pieces = 0;
    let final: AIMessageChunk | undefined;
    const controller = new AbortController();
    try {
      const events = model(ask).streamEvents(messages(ask), { version: 'v2', signal: controller.signal });
      for await (const { event, data } of events) {
        if (event === 'on_chat_model_stream') {
          text += data.chunk.text;
          if (data.chunk.text && ++pieces === ask.leaveAfter) controller.abort();
        }
        if (event === 'on_chat_model_end') final = data.output;
      }
    } catch (error) {
      if (ask.leaveAfter) return { text };
      return seen({ text: text || undefined, error: ofError(error) });
    }
    return final ? ofMessage(final) : {};
  }

  async function toolLoop(ask: Ask): Promise<Seen> {
    const bound = model(ask);
    const history: BaseMessage[] = messages(ask);
    const first = await bound.invoke(history);
    history.push(first);
    for (const call of first.tool_calls ?? []) {
      const result = await weather.invoke({ ...call, type: 'tool_call' });
      history.push(result as ToolMessage);
    }
    return { ...ofMessage(await bound.invoke(history)), calls: callsOf(first) };
  }

  async function object(ask: Ask): Promise<Seen> {
    const structured = bare(ask).withStructuredOutput(person, {
      name: 'person',
      method: 'jsonSchema',
      strict: true,
      includeRaw: true,
    });
    const { raw, parsed } = await structured.invoke(messages(ask));
    const { text: _, ...rest } = ofMessage(raw as AIMessage);
    return { ...rest, object: parsed };
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

function messages(ask: Ask): BaseMessage[] {
  return [
    ...(ask.system ? [new SystemMessage(ask.system)] : []),
    new HumanMessage(
      ask.image
        ? {
            content: [
              { type: 'text', text: ask.prompt },
              { type: 'image_url', image_url: { url: ask.image } },
            ],
          }
        : ask.prompt,
    ),
  ];
}

const options = ({ signal }: Ask) => (signal ? { signal } : {});

function ofMessage(message: AIMessage | AIMessageChunk): Seen {
  const { finish_reason, model_name } = message.response_metadata;
  const { reasoning_content } = message.additional_kwargs;
  const calls = callsOf(message);
  return seen({
    text: message.text || undefined,
    reasoning: typeof reasoning_content === 'string' ? reasoning_content : undefined,
    calls: calls.length > 0 ? calls : undefined,
    finish: finish_reason as string | undefined,
    usage: ofUsage(message.usage_metadata as UsageMetadata | undefined),
    model: model_name as string | undefined,
  });
}

function callsOf({ tool_calls = [] }: AIMessage | AIMessageChunk): Call[] {
  return tool_calls.map(({ id, name, args }) => ({ id: id ?? '', name, input: args }));
}

function ofUsage(usage: UsageMetadata | undefined): Usage | undefined {
  if (!usage) return undefined;
  return {
    input: usage.input_tokens,
    output: usage.output_tokens,
    total: usage.total_tokens,
    cached: usage.input_token_details?.cache_read ?? -1,
    reasoning: usage.output_token_details?.reasoning ?? -1,
  };
}

/** Its errors are those of the official client, some of them wrapped. */
function ofError(error: unknown): Failure {
  if (!(error instanceof Error)) throw error;
  const { status, code, type, param, requestID } = error as Error & Record<string, string | undefined>;
  const members = { class: className(error), message: error.message, status, code, type, param };
  return Object.fromEntries(
    Object.entries({ ...members, requestId: requestID ?? undefined }).filter(
      ([, value]) => value !== undefined,
    ),
  ) as unknown as Failure;
}

const className = (error: Error) => (error.name === 'Error' ? error.constructor.name : error.name);
