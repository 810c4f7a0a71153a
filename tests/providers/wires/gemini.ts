// Google's generateContent as its reference and its error messages describe it. CONTRACT section 5b.
import { createHash } from 'node:crypto';
import { type Json, whole } from '../../support/scripted-upstream.ts';
import {
  type Asked,
  base64,
  checkType,
  exactlyOne,
  filled,
  insist,
  only,
  type Said,
  turn,
  type Wire,
} from './wire.ts';

const model = 'gemini-3-pro';
const fields =
  'contents systemInstruction generationConfig tools toolConfig safetySettings cachedContent'.split(' ');
const settings = [
  'maxOutputTokens temperature topP topK candidateCount stopSequences seed presencePenalty frequencyPenalty',
  'responseMimeType responseJsonSchema responseSchema responseLogprobs logprobs thinkingConfig responseModalities',
]
  .join(' ')
  .split(' ');

export const geminiWire: Wire = {
  provider: (origin) => ({ type: 'gemini', base_url: `${origin}/v1beta` }),
  model,
  read({ body, path, headers }) {
    insist(headers['x-goog-api-key'] && !headers.authorization, 'API key not valid.');
    const streams = path === `/v1beta/models/${model}:streamGenerateContent?alt=sse`;
    insist(streams || path === `/v1beta/models/${model}:generateContent`, `no such path: ${path}`);
    return read(body, streams);
  },
  whole: (said) => whole(response(said.choices.map(candidateOf), said)),
  streamType: 'text/event-stream',
  frames: (said) => [
    ...said.choices.flatMap((choice, index) => {
      const parts = partsOf(choice);
      // Its signature comes with a call, or on an empty part of its own.
      return parts.map((part) =>
        frame(response([{ index, content: { role: 'model', parts: [part] } }], said)),
      );
    }),
    frame(
      response(
        said.choices.map(({ finish }, index) => finished(index, [], finish)),
        said,
      ),
    ),
  ],
  error: (status, message) =>
    whole(
      { error: { code: status, message, status: status === 400 ? 'INVALID_ARGUMENT' : 'UNAVAILABLE' } },
      status,
    ),
  overloadedFrame: frame({
    error: { code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' },
  }),
  garbageFrame: 'data: {"candidates": oh no\r\n\r\n',
};

function frame(value: Json): string {
  return `data: ${JSON.stringify(value)}\r\n\r\n`;
}

function response(candidates: Json[], { usage }: Said): Json {
  return {
    candidates,
    usageMetadata: {
      promptTokenCount: usage.input,
      cachedContentTokenCount: usage.cached,
      candidatesTokenCount: usage.output - usage.reasoning,
      thoughtsTokenCount: usage.reasoning,
      totalTokenCount: usage.input + usage.output,
    },
    modelVersion: model,
    responseId: 'r1',
  };
}

const sign = (name: string) => createHash('sha256').update(`gemini ${name}`).digest('base64');

function partsOf({ reasoning, tokens, calls }: Said['choices'][number]): Json[] {
  return [
    ...(reasoning?.match(/\S+\s*/g) ?? []).map((text) => ({ text, thought: true })),
    ...tokens.map((text) => ({ text })),
    // Of calls made together only the first is signed.
    ...calls.map(({ name, input }, place) => ({
      functionCall: { name, args: input },
      ...(place === 0 ? { thoughtSignature: sign(name) } : {}),
    })),
    ...(tokens.length > 0 ? [{ text: '', thoughtSignature: sign('text') }] : []),
  ];
}

function candidateOf(choice: Said['choices'][number], index: number): Json {
  return finished(index, partsOf(choice), choice.finish);
}

function finished(index: number, parts: Json[], finish: string): Json {
  return {
    index,
    content: { role: 'model', parts },
    finishReason: finish === 'length' ? 'MAX_TOKENS' : 'STOP',
  };
}

function read(body: Json, stream: boolean): Asked {
  only(body, fields, 'request');
  const { generationConfig: config = {}, toolConfig } = body;
  only(config, settings, 'generation_config');
  insist(filled(config.stopSequences, 'stop_sequences').length <= 5, 'stop_sequences: at most 5');
  insist(!config.responseJsonSchema || config.responseMimeType === 'application/json', 'response_mime_type');
  const thinking = config.thinkingConfig;
  if (thinking) {
    only(thinking, ['includeThoughts', 'thinkingLevel'], 'thinking_config');
    insist(['MINIMAL', 'LOW', 'MEDIUM', 'HIGH'].includes(thinking.thinkingLevel), 'thinking_level');
  }
  const schema = config.responseJsonSchema;
  if (schema) checkType(schema, 'generation_config.response_json_schema');
  const tools = filled<Json>(body.tools, 'tools').flatMap((tool) => {
    only(tool, ['functionDeclarations'], 'tools');
    return filled<Json>(tool.functionDeclarations, 'function_declarations');
  });
  for (const tool of tools) {
    only(tool, ['name', 'description', 'parametersJsonSchema'], 'function_declarations');
    insist(/^[a-zA-Z_][\w.:-]{0,63}$/.test(tool.name), `Invalid function name: ${tool.name}`);
  }
  const calling = toolConfig?.functionCallingConfig ?? { mode: 'AUTO' };
  insist(calling.mode in modes, 'function_calling_config.mode: unknown');
  const allowed = filled<string>(calling.allowedFunctionNames, 'allowed_function_names');
  insist(allowed.length === 0 || calling.mode === 'ANY', 'allowed_function_names: only with mode ANY');
  insist(
    allowed.every((name) => tools.some((tool) => tool.name === name)),
    'allowed_function_names: not declared',
  );
  checkContents(body.contents);
  const system: Json[] = body.systemInstruction?.parts ?? [];
  return {
    stream,
    system: system.map(({ text }) => text).join('\n'),
    turns: body.contents.flatMap(turnsOf),
    tools: tools.map(({ name, parametersJsonSchema: parameters }) => ({ name, parameters })),
    choice: allowed[0] ? { name: allowed[0] } : modes[calling.mode as keyof typeof modes],
    parallel: true,
    ...(config.responseMimeType ? { format: schema ?? 'object' } : {}),
    thinks: thinking?.includeThoughts === true,
    remembered: body.contents
      .flatMap(({ parts }: Json) => parts)
      .filter((part: Json) => part.thoughtSignature === sign(part.functionCall?.name)).length,
    stop: config.stopSequences ?? [],
    cap: config.maxOutputTokens,
    choices: config.candidateCount ?? 1,
  };
}

const modes = { AUTO: 'auto', VALIDATED: 'auto', NONE: 'none', ANY: 'required' } as const;

function checkContents(contents: readonly Json[]): void {
  let open: Json[] = [];
  const turnStart = contents.findLastIndex(
    ({ role, parts }) => role === 'user' && parts.some((part: Json) => !part.functionResponse),
  );
  for (const [at, content] of filled<Json>(contents, 'contents').entries()) {
    const where = `contents[${at}]`;
    only(content, ['role', 'parts'], where);
    insist(['user', 'model'].includes(content.role), `${where}.role: must be user or model`);
    for (const part of filled<Json>(content.parts, `${where}.parts`)) checkPart(part, where);
    const answers = content.parts.flatMap(({ functionResponse }: Json) => functionResponse ?? []);
    insist(
      answers.length === open.length,
      'Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.',
    );
    for (const [place, answer] of answers.entries())
      insist(answer.name === open[place]?.name, `${where}: function response '${answer.name}' fits no call`);
    const calls = content.parts.filter(({ functionCall }: Json) => functionCall);
    insist(calls.length === 0 || at > 0, 'a function call turn comes immediately after a user turn');
    if (calls.length > 0 && at > turnStart) checkSignature(calls[0], where);
    open = calls.map(({ functionCall }: Json) => functionCall);
  }
}

/** In the current turn the first call of each step is signed, or says in Google's words that it cannot be. */
function checkSignature({ functionCall: { name }, thoughtSignature }: Json, where: string): void {
  insist(thoughtSignature, `Function call \`${name}\` in ${where} is missing a \`thought_signature\`.`);
  insist(
    thoughtSignature === sign(name) || thoughtSignature === 'skip_thought_signature_validator',
    `${where}: Thought signature is not valid.`,
  );
}

function checkPart(part: Json, where: string): void {
  only(
    part,
    ['text', 'inlineData', 'fileData', 'functionCall', 'functionResponse', 'thoughtSignature', 'thought'],
    where,
  );
  const kind = exactlyOne(
    part,
    ['text', 'inlineData', 'fileData', 'functionCall', 'functionResponse'],
    where,
  );
  if (kind === 'inlineData') {
    insist(part.inlineData.mimeType, `${where}.inline_data.mime_type: required`);
    base64(part.inlineData.data, `${where}.inline_data.data`);
  }
  if (kind === 'functionResponse')
    insist(part.functionResponse.name, `${where}.function_response.name: Name cannot be empty.`);
}

/** One turn for each result and one for the rest. Its calls often have no ids: the sender's are taken as they came. */
function turnsOf({ role, parts }: Json) {
  const results = parts.flatMap(({ functionResponse: answer }: Json) =>
    answer ? [turn({ role: 'tool', results: [{ id: answer.id, text: textOf(answer.response) }] })] : [],
  );
  const rest = turn({
    role: role === 'model' ? 'assistant' : 'user',
    text: parts.map(({ text }: Json) => text ?? '').join(''),
    media: parts.flatMap(({ inlineData, fileData }: Json) =>
      inlineData ? [`${inlineData.mimeType}:${inlineData.data}`] : fileData ? [fileData.fileUri] : [],
    ),
    calls: parts.flatMap(({ functionCall }: Json) =>
      functionCall ? [{ id: functionCall.id, name: functionCall.name, input: functionCall.args }] : [],
    ),
  });
  return [...results, ...(Object.keys(rest).length > 1 ? [rest] : [])];
}

function textOf(response: Json): string {
  return typeof response.output === 'string' ? response.output : JSON.stringify(response);
}
