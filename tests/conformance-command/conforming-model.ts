// A scripted upstream that understands the whole request: what a perfect model behind OpenAI's API would answer, without
// a model. The checks of `tollgate conformance` find nothing to blame in it and nothing to skip.
import { done, event, type Json, type Script, stream, whole } from '../support/scripted-upstream.ts';

/** One choice before it is written whole or in pieces. */
interface Choice {
  readonly index: number;
  readonly reasoning: string | undefined;
  readonly tokens: readonly string[];
  readonly calls: readonly { readonly id: string; readonly name: string; readonly arguments: string }[];
  readonly finish: 'stop' | 'length' | 'tool_calls';
}

const promptTokens = 12;
let answers = 0;

export const conformingModel: Script = (answer) => {
  const body = withoutNull(answer.request.body);
  const schema = body.response_format?.json_schema?.schema;
  if (schema !== undefined && schema.type !== 'object') {
    const error = {
      message: 'Invalid schema.',
      type: 'invalid_request_error',
      param: 'response_format',
      code: null,
    };
    return whole({ error }, 400)(answer);
  }
  const choices = Array.from({ length: body.n ?? 1 }, (_, index) => choose(body, index));
  const head = { id: `chatcmpl-conforming-${++answers}`, created: 1_755_133_833, model: body.model };
  if (!body.stream) {
    return whole({
      ...head,
      object: 'chat.completion',
      choices: choices.map((choice) => toWhole(choice, body)),
      usage: usageOf(choices),
      system_fingerprint: null,
    })(answer);
  }
  const chunk = (members: Json) =>
    event({
      ...head,
      object: 'chat.completion.chunk',
      ...(body.stream_options?.include_usage ? { usage: null } : {}),
      ...members,
    });
  return stream([
    ...choices.flatMap((choice) => toDeltas(choice, body)).map((choice) => chunk({ choices: [choice] })),
    ...(body.stream_options?.include_usage ? [chunk({ choices: [], usage: usageOf(choices) })] : []),
    done,
  ])(answer);
};

/** `null` counts as absent. */
function withoutNull(body: Json): Json {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
}

function choose(body: Json, index: number): Choice {
  const reasoning =
    body.reasoning_effort && body.reasoning_effort !== 'none' ? 'Nine tenths are more.' : undefined;
  const calls = callsOf(body, index);
  if (calls.length > 0) return { index, reasoning, tokens: [], calls, finish: 'tool_calls' };
  let text = textOf(body);
  for (const stop of [body.stop ?? []].flat()) text = text.split(stop)[0] ?? '';
  const tokens = text.match(/\S+\s*/gu) ?? [];
  const limit = body.max_completion_tokens ?? body.max_tokens ?? Number.POSITIVE_INFINITY;
  const cut = tokens.length > limit;
  return { index, reasoning, tokens: tokens.slice(0, limit), calls, finish: cut ? 'length' : 'stop' };
}

function textOf(body: Json): string {
  const format = body.response_format;
  if (format?.type === 'json_object') return '{"hello": "world"}';
  if (format?.type === 'json_schema') return JSON.stringify(fitting(format.json_schema.schema));
  const asked = body.messages.at(-1).content;
  return /^Repeat exactly: (.*)$/s.exec(asked)?.[1] ?? 'Hello there, and a fine day to you.';
}

/** The simplest value that fits. */
function fitting(schema: Json): Json {
  if (schema?.enum) return schema.enum[0];
  if (schema?.type === 'boolean') return true;
  const members = Object.entries((schema?.properties ?? {}) as Record<string, Json>);
  return Object.fromEntries(members.map(([name, member]) => [name, fitting(member)]));
}

function callsOf(body: Json, choice: number): Choice['calls'] {
  const { tools = [], tool_choice: wanted = 'auto', messages } = body;
  const forced = wanted !== 'auto' && wanted !== 'none';
  if (wanted === 'none' || (!forced && messages.at(-1).role === 'tool')) return [];
  const named = tools.filter(
    (tool: Json) => typeof wanted === 'string' || tool.function.name === wanted.function.name,
  );
  return named
    .slice(0, body.parallel_tool_calls === false ? 1 : named.length)
    .map((tool: Json, place: number) => ({
      id: `call_${answers}_${choice}_${place}`,
      name: tool.function.name,
      arguments: JSON.stringify(fitting(tool.function.parameters)),
    }));
}

function toWhole({ index, reasoning, tokens, calls, finish }: Choice, body: Json): Json {
  return {
    index,
    message: {
      role: 'assistant',
      content: calls.length > 0 ? null : tokens.join(''),
      refusal: null,
      annotations: [],
      ...(reasoning === undefined ? {} : { reasoning_content: reasoning }),
      ...(calls.length === 0
        ? {}
        : { tool_calls: calls.map(({ id, ...call }) => ({ id, type: 'function', function: call })) }),
    },
    logprobs: logprobsOf(tokens, body),
    finish_reason: finish,
  };
}

function toDeltas({ index, reasoning, tokens, calls, finish }: Choice, body: Json): Json[] {
  const delta = (value: Json, members: Json = {}) => ({
    index,
    delta: value,
    finish_reason: null,
    ...members,
  });
  return [
    delta({ role: 'assistant', content: '', refusal: null }),
    ...(reasoning?.match(/\S+\s*/g) ?? []).map((piece) => delta({ reasoning_content: piece })),
    ...tokens.map((token) => {
      const logprobs = logprobsOf([token], body);
      return delta({ content: token }, logprobs === null ? {} : { logprobs });
    }),
    ...calls.flatMap(({ id, name, arguments: text }, call) => [
      delta({ tool_calls: [{ index: call, id, type: 'function', function: { name, arguments: '' } }] }),
      ...(text.match(/.{1,5}/g) ?? []).map((piece) =>
        delta({ tool_calls: [{ index: call, function: { arguments: piece } }] }),
      ),
    ]),
    delta({}, { finish_reason: finish }),
  ];
}

function logprobsOf(tokens: readonly string[], body: Json): Json {
  if (!body.logprobs) return null;
  const entry = (token: string, logprob: number) => ({ token, logprob, bytes: [...Buffer.from(token)] });
  const content = tokens.map((token) => ({
    ...entry(token, -0.1),
    top_logprobs: Array.from({ length: body.top_logprobs ?? 0 }, (_, rank) =>
      rank === 0 ? entry(token, -0.1) : entry(`other${rank}`, -2 - rank),
    ),
  }));
  return { content, refusal: null };
}

function usageOf(choices: readonly Choice[]): Json {
  const reasoning = choices.some((choice) => choice.reasoning) ? 4 : 0;
  const completion =
    reasoning + choices.reduce((sum, { tokens, calls }) => sum + tokens.length + 5 * calls.length, 0);
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completion,
    total_tokens: promptTokens + completion,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: reasoning,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}
