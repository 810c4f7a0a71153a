// What the Converse API takes of a Claude, as Amazon's reference and its error messages describe it: checked first, then said
// in neutral words.
import type { Json } from '../../support/scripted-upstream.ts';
import { sign } from './anthropic-request.ts';
import { type Asked, base64, checkType, exactlyOne, filled, insist, only, turn } from './wire.ts';

const fields =
  'messages system inferenceConfig toolConfig outputConfig additionalModelRequestFields guardrailConfig performanceConfig promptVariables requestMetadata serviceTier'.split(
    ' ',
  );

/** Throws Refused. `stream` is told by the path. */
export function readRequest(body: Json, id: string): Omit<Asked, 'stream'> {
  only(body, fields, 'request');
  const { inferenceConfig: sampled = {}, toolConfig, outputConfig = {} } = body;
  const { additionalModelRequestFields: own = {} } = body;
  only(sampled, ['maxTokens', 'temperature', 'topP', 'stopSequences'], 'inferenceConfig');
  only(outputConfig, ['textFormat', 'effort'], 'outputConfig');
  only(own, ['thinking'], 'additionalModelRequestFields');
  const newest = /claude-opus-4-8/.test(id);
  const older = /-4-20/.test(id);
  for (const name of ['temperature', 'topP']) {
    const value = sampled[name];
    insist(value === undefined || (!newest && value >= 0 && value <= 1), `inferenceConfig.${name}: ${value}`);
  }
  insist(sampled.temperature === undefined || sampled.topP === undefined, 'temperature and topP: not both');
  insist(sampled.maxTokens === undefined || sampled.maxTokens >= 1, 'inferenceConfig.maxTokens');
  const stop = filled<string>(sampled.stopSequences, 'inferenceConfig.stopSequences');
  for (const one of stop) insist(one.trim() !== '', 'stopSequences: must contain non-whitespace');
  const system = filled<Json>(body.system, 'system');
  for (const { text } of system) insist(text.trim() !== '', 'system: the text field is blank');
  const tools = toolsOf(toolConfig, older);
  const choice = choiceOf(toolConfig?.toolChoice);
  const thinks = own.thinking !== undefined;
  if (thinks) checkThinking(own.thinking, { sampled, choice, newest });
  insist(outputConfig.effort === undefined || thinks, 'effort without thinking');
  const schema = schemaOf(outputConfig.textFormat);
  insist(!schema || !older, 'outputConfig.textFormat: not supported by this model');
  checkMessages(body.messages, toolConfig !== undefined, own.thinking?.type === 'enabled');
  const instructions = system.map(({ text }) => text).join('\n');
  return {
    system: instructions,
    turns: body.messages.flatMap(turnsOf),
    tools: tools.map(({ name, inputSchema }) => ({ name, parameters: inputSchema.json })),
    choice,
    parallel: true,
    ...(/one JSON object/.test(instructions) ? { format: 'object' } : {}),
    ...(schema ? { format: schema } : {}),
    thinks,
    remembered: body.messages
      .flatMap(({ content }: Json) => content)
      .filter(({ reasoningContent }: Json) => reasoningContent).length,
    stop,
    cap: sampled.maxTokens,
    choices: 1,
  };
}

function choiceOf(given: Json): Asked['choice'] {
  if (given === undefined) return 'auto';
  const kind = exactlyOne(given, ['auto', 'any', 'tool'], 'toolChoice');
  if (kind === 'tool') return { name: given.tool.name };
  return kind === 'any' ? 'required' : 'auto';
}

function toolsOf(config: Json, older: boolean): readonly Json[] {
  if (config === undefined) return [];
  only(config, ['tools', 'toolChoice'], 'toolConfig');
  insist(config.tools?.length > 0, 'toolConfig.tools: must have length greater than or equal to 1');
  return config.tools.map(({ toolSpec: spec }: Json, at: number) => {
    only(spec, ['name', 'description', 'inputSchema', 'strict'], 'toolSpec');
    insist(/^[a-zA-Z0-9_-]{1,64}$/.test(spec.name), `toolSpec.name: ${spec.name}`);
    insist(spec.description === undefined || spec.description.length > 0, 'toolSpec.description: too short');
    const where = `toolConfig.tools.${at}.toolSpec.inputSchema.json`;
    insist(spec.inputSchema?.json?.type === 'object', `${where}.type must be object`);
    checkType(spec.inputSchema.json, where);
    insist(!spec.strict || !older, 'strict: not supported by this model');
    if (spec.strict) checkClosed(spec.inputSchema.json, where);
    return spec;
  });
}

function schemaOf(format: Json): Json {
  if (format === undefined) return undefined;
  insist(format.type === 'json_schema', 'outputConfig.textFormat.type');
  const { jsonSchema } = format.structure;
  only(jsonSchema, ['schema', 'name', 'description'], 'jsonSchema');
  insist(typeof jsonSchema.schema === 'string', 'jsonSchema.schema: must be a string');
  const schema = JSON.parse(jsonSchema.schema);
  checkClosed(schema, 'outputConfig.textFormat');
  return schema;
}

/** Every object says that it has no other members, and nothing has bounds. */
function checkClosed(schema: Json, where: string): void {
  checkType(schema, where);
  const bound = Object.keys(schema).find((name) => /^(?:exclusive)?(?:min|max)(?:imum|length)/i.test(name));
  insist(!bound, `${where}: property '${bound}' is not supported`);
  if (schema.type !== 'object') return;
  insist(schema.additionalProperties === false, `${where}: additionalProperties must be false`);
  for (const [name, inner] of Object.entries(schema.properties ?? {})) checkClosed(inner, `${where}.${name}`);
}

function checkThinking(thinking: Json, { sampled, choice, newest }: Json): void {
  insist(['enabled', 'adaptive'].includes(thinking.type), 'thinking.type: not supported');
  insist(!newest || thinking.type === 'adaptive', 'thinking.type: "enabled" is not supported by this model');
  if (thinking.type === 'enabled') {
    insist(thinking.budget_tokens >= 1024, 'thinking.budget_tokens: must be at least 1024');
    insist(thinking.budget_tokens < sampled.maxTokens, 'max_tokens must be greater than budget_tokens');
  }
  insist(choice === 'auto', 'Thinking may not be enabled when tool_choice forces tool use.');
  insist(sampled.temperature === undefined && sampled.topP === undefined, 'temperature while thinking');
}

function checkMessages(messages: readonly Json[], haveTools: boolean, budget: boolean): void {
  let open: string[] = [];
  const names = new Set<string>();
  for (const [at, message] of filled<Json>(messages, 'messages').entries()) {
    only(message, ['role', 'content'], `messages.${at}`);
    const { role, content } = message;
    insist(at > 0 || role === 'user', 'A conversation must start with a user message.');
    insist(role === (at % 2 === 0 ? 'user' : 'assistant'), `messages.${at}: roles must alternate`);
    insist(Array.isArray(content) && content.length > 0, `messages.${at}: content is empty`);
    for (const [place, block] of content.entries())
      checkBlock(block, `messages.${at}.content.${place}`, names);
    const documents = content.some((block: Json) => block.document);
    insist(!documents || content.some((block: Json) => block.text), 'must include a text field');
    const results = content.filter(isResult);
    insist(content.slice(0, results.length).every(isResult), `messages.${at}: toolResult blocks come first`);
    const ids = results.map(({ toolResult }: Json) => toolResult.toolUseId);
    insist(
      ids.length === open.length && open.every((id) => ids.includes(id)),
      `Expected toolResult blocks at messages.${at}.content for the following Ids: ${open}, but found: ${ids}`,
    );
    open = content.flatMap(({ toolUse }: Json) => (toolUse ? [toolUse.toolUseId] : []));
    insist(
      haveTools || (open.length === 0 && results.length === 0),
      'The toolConfig field must be defined when using toolUse and toolResult content blocks.',
    );
  }
  const last = messages.at(-1);
  if (!budget || !last.content.every(isResult)) return;
  const question = messages.findLastIndex(({ role, content }) => role === 'user' && !content.every(isResult));
  insist(
    messages[question + 1]?.content[0].reasoningContent,
    'Expected `thinking` or `redacted_thinking`, but found `tool_use`.',
  );
}

const isResult = ({ toolResult }: Json) => toolResult !== undefined;
const kinds = ['text', 'image', 'document', 'toolUse', 'toolResult', 'reasoningContent', 'cachePoint'];

function checkBlock(block: Json, where: string, names: Set<string>): void {
  only(block, kinds, where);
  switch (exactlyOne(block, kinds, where)) {
    case 'text':
      insist(block.text.trim() !== '', `The text field in the ContentBlock object at ${where} is blank.`);
      break;
    case 'image':
      insist(['png', 'jpeg', 'gif', 'webp'].includes(block.image.format), `${where}.image.format`);
      base64(block.image.source.bytes, where);
      break;
    case 'document':
      insist(['pdf', 'txt', 'csv', 'docx'].includes(block.document.format), `${where}.document.format`);
      insist(
        /^[A-Za-z0-9()[\]-]+(?: [A-Za-z0-9()[\]-]+)*$/.test(block.document.name),
        `${where}.document.name`,
      );
      insist(!names.has(block.document.name), `${where}: duplicate document names`);
      names.add(block.document.name);
      base64(block.document.source.bytes, where);
      break;
    case 'toolUse':
      only(block.toolUse, ['toolUseId', 'name', 'input'], where);
      insist(/^[a-zA-Z0-9_-]{1,64}$/.test(block.toolUse.toolUseId), `${where}.toolUse.toolUseId`);
      insist(typeof block.toolUse.input === 'object', `${where}.toolUse.input`);
      break;
    case 'toolResult':
      only(block.toolResult, ['toolUseId', 'content', 'status'], where);
      for (const { text } of block.toolResult.content) insist(text.trim() !== '', `${where}: text is blank`);
      break;
    case 'reasoningContent': {
      const { text, signature } = block.reasoningContent.reasoningText ?? {};
      insist(signature === sign(text), `${where}: Invalid signature in thinking block`);
    }
  }
}

/** One turn for each result and one for the rest, as OpenAI's messages have them. */
function turnsOf({ role, content }: Json) {
  const results = content
    .filter(isResult)
    .map(({ toolResult: { toolUseId: id, content: parts } }: Json) =>
      turn({ role: 'tool', results: [{ id, text: parts.map(({ text }: Json) => text).join('') }] }),
    );
  const rest = turn({
    role,
    text: content.map(({ text = '' }: Json) => text).join(''),
    media: content.flatMap(({ image, document }: Json) => {
      if (image) return [`image/${image.format}:${image.source.bytes}`];
      return document ? [`application/${document.format}:${document.source.bytes}`] : [];
    }),
    calls: content.flatMap(({ toolUse }: Json) =>
      toolUse ? [{ id: toolUse.toolUseId, name: toolUse.name, input: toolUse.input }] : [],
    ),
  });
  return [...results, ...(Object.keys(rest).length > 1 ? [rest] : [])];
}
