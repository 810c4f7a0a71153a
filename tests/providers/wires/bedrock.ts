// Amazon Bedrock's Converse API, as its reference describes it: signed requests or Bedrock's own keys in, JSON or binary event
// streams out.
import { type Json, whole } from '../../support/scripted-upstream.ts';
import { sign } from './anthropic-request.ts';
import { readRequest } from './bedrock-request.ts';
import { eventFrame, exceptionFrame } from './event-stream-frames.ts';
import { type Keys, signatureProblem } from './verify-signature.ts';
import { halves, insist, type Said, type Wire } from './wire.ts';

const region = 'eu-central-1';
const keys: Keys = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  sessionToken: 'IQoJb3JpZ2luX2VjEXAMPLE//token==',
};
const bedrockKey = 'ABSKQmVkcm9ja0FQSUtleS1leGFtcGxl';

/** `id`: of the model; what it takes depends on it. `access`: how requests are let in. */
export function bedrockWire(id: string, access: 'signed' | 'key'): Wire {
  const pair = {
    // In the place of the stand's.
    api_key: undefined,
    access_key_id: keys.accessKeyId,
    secret_access_key: keys.secretAccessKey,
    session_token: keys.sessionToken,
  };
  return {
    provider: (origin) => ({
      type: 'bedrock',
      region,
      base_url: origin,
      ...(access === 'signed' ? pair : { api_key: bedrockKey }),
    }),
    model: id,
    read(request) {
      const { body, path, headers } = request;
      const [, model, operation] = /^\/model\/([^/]+)\/(converse(?:-stream)?)$/.exec(path) ?? [];
      insist(model !== undefined && decodeURIComponent(model) === id, `no such path: ${path}`);
      insist(!/[:/]/.test(model), 'the id in the path is not encoded');
      const problem =
        access === 'signed'
          ? signatureProblem(request, keys, { region, service: 'bedrock', now: Date.now() })
          : headers.authorization === `Bearer ${bedrockKey}`
            ? undefined
            : 'Invalid API Key';
      insist(problem === undefined, String(problem));
      const streams = operation === 'converse-stream';
      insist(
        headers.accept === (streams ? 'application/vnd.amazon.eventstream' : 'application/json'),
        `accept: ${headers.accept}`,
      );
      return { ...readRequest(body, id), stream: streams };
    },
    whole: ({ choices: [choice], usage }) =>
      whole({
        metrics: { latencyMs: 100 },
        output: { message: { role: 'assistant', content: blocksOf(choice as Said['choices'][number]) } },
        stopReason: stopReasons[choice?.finish ?? 'stop'],
        usage: usageOf(usage),
      }),
    streamType: 'application/vnd.amazon.eventstream',
    frames: ({ choices: [choice], usage }) => [
      eventFrame('messageStart', { role: 'assistant' }),
      ...blocksOf(choice as Said['choices'][number]).flatMap(blockFrames),
      eventFrame('messageStop', { stopReason: stopReasons[choice?.finish ?? 'stop'] }),
      eventFrame('metadata', { metrics: { latencyMs: 100 }, usage: usageOf(usage) }),
    ],
    error: (status, message) =>
      whole({ message }, status, {
        'content-type': 'application/json',
        'x-amzn-errortype': `${errorTypes[status]}:http://internal.amazon.com/coral/`,
      }),
    overloadedFrame: exceptionFrame('serviceUnavailableException', { message: 'Too many connections' }),
    garbageFrame: eventFrame('contentBlockDelta', '{"delta": oh no'),
  };
}

const errorTypes: Readonly<Record<number, string>> = {
  400: 'ValidationException',
  503: 'ServiceUnavailableException',
};
const stopReasons = { stop: 'end_turn', length: 'max_tokens', tool_calls: 'tool_use' };

function blocksOf({ reasoning, tokens, calls }: Said['choices'][number]): Json[] {
  return [
    ...(reasoning
      ? [{ reasoningContent: { reasoningText: { text: reasoning, signature: sign(reasoning) } } }]
      : []),
    ...(tokens.length > 0 ? [{ text: tokens.join('') }] : []),
    ...calls.map(({ id, name, input }) => ({
      toolUse: { toolUseId: id.replace('call', 'tooluse'), name, input },
    })),
  ];
}

function blockFrames(block: Json, contentBlockIndex: number): Buffer[] {
  const delta = (value: Json) => eventFrame('contentBlockDelta', { contentBlockIndex, delta: value });
  const stop = eventFrame('contentBlockStop', { contentBlockIndex });
  if (block.toolUse) {
    const { input, ...start } = block.toolUse;
    const text = JSON.stringify(input);
    return [
      eventFrame('contentBlockStart', { contentBlockIndex, start: { toolUse: start } }),
      ...(text === '{}' ? [] : halves(text)).map((piece) => delta({ toolUse: { input: piece } })),
      stop,
    ];
  }
  if (block.reasoningContent) {
    const { text, signature } = block.reasoningContent.reasoningText;
    return [
      ...halves(text).map((piece) => delta({ reasoningContent: { text: piece } })),
      delta({ reasoningContent: { signature } }),
      stop,
    ];
  }
  return [...(block.text.match(/\S+\s*/gu) ?? []).map((text: string) => delta({ text })), stop];
}

function usageOf({ input, cached, output }: Said['usage']): Json {
  return {
    inputTokens: input - cached,
    outputTokens: output,
    totalTokens: input + output,
    cacheReadInputTokens: cached,
    cacheWriteInputTokens: 0,
  };
}
