// The AI SDK as its users write it, whichever provider package makes the model.
import {
  type APICallError,
  generateText,
  isStepCount,
  type LanguageModel,
  Output,
  readUIMessageStream,
  streamText,
  type ToolSet,
  tool,
  toUIMessageStream,
  type UIMessage,
} from 'ai';
import { z } from 'zod';
import { type Ask, type Call, type Client, type Failure, type Seen, seen } from '../matrix/client.ts';
import { type Finished, ofFinished, ofUsage } from './finished.ts';

const weather = {
  description: 'Tells the weather.',
  inputSchema: z.object({ city: z.string() }),
  strict: true,
};
/** Without `execute` a call is shown and the exchange ends. The cast: the SDK's types know no exact optional members. */
const offered = { weather: tool(weather) } as ToolSet;
const executed = { weather: tool({ ...weather, execute: async ({ city }) => `sunny in ${city}` }) };
const person = z.object({ name: z.string(), age: z.int() });

export interface AiSdkProvider {
  model(id: string, ask: Ask): LanguageModel;
  /** Members of the request that the SDK itself has no word for. */
  options?(ask: Ask): Record<string, Record<string, number>>;
}

export function aiSdkClient(provider: AiSdkProvider): Client {
  async function whole(ask: Ask): Promise<Seen> {
    return ofFinished(
      ask.tools ? await generateText({ ...request(ask), tools: offered }) : await generateText(request(ask)),
    );
  }

  async function toolLoop(ask: Ask): Promise<Seen> {
    const result = await generateText({ ...request(ask), tools: executed, stopWhen: isStepCount(2) });
    const [first, last] = result.steps;
    if (!first || !last) throw new Error('not two steps');
    return { ...ofFinished(last), calls: callsOf(first.toolCalls) };
  }

  async function object(ask: Ask): Promise<Seen> {
    const result = await generateText({
      ...request(ask),
      output: Output.object({ schema: person, name: 'person' }),
    });
    const { text: _, ...rest } = ofFinished(result);
    return { ...rest, object: result.output };
  }

  function start(ask: Ask, controller: AbortController) {
    ask.signal?.addEventListener('abort', () => controller.abort());
    const given = {
      ...request(ask),
      abortSignal: controller.signal,
      // Errors are read from the stream; by default they are printed too.
      onError: () => undefined,
    };
    return ask.tools ? streamText({ ...given, tools: offered }) : streamText(given);
  }

  async function stream(ask: Ask): Promise<Seen> {
    const controller = new AbortController();
    const result = start(ask, controller);
    let text = '';
    let reasoning = '';
    let pieces = 0;
    let error: unknown;
    let finished: Finished | undefined;
    const calls: Call[] = [];
    for await (const part of result.stream) {
      if (part.type === 'text-delta') {
        text += part.text;
        if (++pieces === ask.leaveAfter) controller.abort();
      } else if (part.type === 'reasoning-delta') reasoning += part.text;
      else if (part.type === 'tool-call') calls.push(...callsOf([part]));
      else if (part.type === 'finish-step') finished = part;
      else if (part.type === 'error') error = part.error;
      else if (part.type === 'abort' && !ask.leaveAfter) error = controller.signal.reason;
    }
    if (ask.leaveAfter) return { text };
    if (error) return seen({ text: text || undefined, error: ofError(error) });
    return seen({
      ...(finished ? shownOf(finished) : {}),
      text: text || undefined,
      reasoning: reasoning || undefined,
      calls: calls.length > 0 ? calls : undefined,
    });
  }

  /** As a chat page reads it: messages of parts, grown from the UI's own stream. */
  async function helper(ask: Ask): Promise<Seen> {
    const controller = new AbortController();
    let error: unknown;
    let finished: Finished | undefined;
    const messages = readUIMessageStream({
      stream: toUIMessageStream({
        stream: start(ask, controller).stream,
        onError: (thrown) => {
          error = thrown;
          return 'failed';
        },
        messageMetadata: ({ part }) => {
          if (part.type === 'finish-step') finished = part;
          return undefined;
        },
      }),
      onError: () => undefined,
    });
    let message: UIMessage | undefined;
    for await (message of messages) {
      if (ask.leaveAfter && textOf(message) === 'word '.repeat(ask.leaveAfter)) controller.abort();
    }
    const text = message ? textOf(message) : '';
    if (ask.leaveAfter) return { text };
    if (error) return seen({ text: text || undefined, error: ofError(error) });
    const thoughts = message?.parts.map((part) => (part.type === 'reasoning' ? part.text : '')).join('');
    const calls = message?.parts.flatMap((part) =>
      part.type === 'tool-weather' && 'toolCallId' in part
        ? [{ id: part.toolCallId, name: 'weather', input: part.input }]
        : [],
    );
    return seen({
      ...(finished ? shownOf(finished) : {}),
      text: text || undefined,
      reasoning: thoughts || undefined,
      calls: calls?.length ? calls : undefined,
    });
  }

  function request(ask: Ask) {
    const options = provider.options?.(ask);
    return {
      model: provider.model(ask.model, ask),
      maxRetries: 0,
      ...(ask.system ? { instructions: ask.system } : {}),
      messages: [
        {
          role: 'user' as const,
          content: [
            { type: 'text' as const, text: ask.prompt },
            ...(ask.image ? [{ type: 'file' as const, mediaType: 'image', data: imageData(ask.image) }] : []),
          ],
        },
      ],
      ...(ask.temperature === undefined ? {} : { temperature: ask.temperature }),
      ...(ask.maxTokens ? { maxOutputTokens: ask.maxTokens } : {}),
      ...(ask.mustCall ? { toolChoice: 'required' as const } : {}),
      ...(ask.signal ? { abortSignal: ask.signal } : {}),
      ...(options ? { providerOptions: options } : {}),
    };
  }

  const caught = (way: (ask: Ask) => Promise<Seen>) => (ask: Ask) =>
    way(ask).catch((error: unknown) => ({ error: ofError(error) }));
  return {
    ways: { whole: caught(whole), stream, helper, tools: caught(toolLoop), object: caught(object) },
    [Symbol.asyncDispose]: async () => undefined,
  };
}

const imageData = (url: string) => new URL(url);

function shownOf({ rawFinishReason, usage, response }: Finished): Seen {
  return seen({
    finish: rawFinishReason,
    usage: ofUsage(usage),
    model: response.modelId,
    requestId: response.headers?.['x-request-id'],
  });
}

function textOf(message: UIMessage): string {
  return message.parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
}

function callsOf(calls: readonly { toolCallId: string; toolName: string; input: unknown }[]): Call[] {
  return calls.map(({ toolCallId, toolName, input }) => ({ id: toolCallId, name: toolName, input }));
}

/** The SDK keeps the error body of a refusal, and the error of a stream, in `data`. */
function ofError(error: unknown): Failure {
  if (!(error instanceof Error)) throw error;
  const { name, message } = error;
  const { data, statusCode, responseHeaders } = error as Partial<APICallError>;
  const body = data as { error?: Said } & Said;
  const said = body?.error ?? body;
  const requestId = responseHeaders?.['x-request-id'];
  return {
    class: name,
    message,
    ...(statusCode === undefined ? {} : { status: statusCode }),
    ...(said ? { type: said.type, code: said.code, param: said.param } : {}),
    ...(requestId ? { requestId } : {}),
  };
}

type Said = Required<Pick<Failure, 'type' | 'code' | 'param'>>;
