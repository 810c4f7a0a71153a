// What Anthropic's Messages API takes, as its reference and its error messages describe it: checked first, then said in
// neutral words. CONTRACT section 5a.
import { createHash } from 'node:crypto';
import type { Json } from '../../support/scripted-upstream.ts';
import { type Asked, base64, checkType, filled, insist, only, turn } from './wire.ts';

const fields =
  'model max_tokens messages system stream stop_sequences temperature top_p top_k tools tool_choice thinking output_config metadata service_tier'.split(
    ' ',
  );

/** Only what it signed itself is taken back. */
export const sign = (thinking: string) => createHash('sha256').update(`claude ${thinking}`).digest('base64');

/** Throws Refused. */
export function readRequest(body: Json): Asked {
  only(body, fields, 'request');
  const { model, thinking, output_config: output = {}, tool_choice: choice } = body;
  insist(Number.isInteger(body.max_tokens) && body.max_tokens > 0, 'max_tokens: Field required');
  const newest = model === 'claude-opus-4-8';
  const sampled = ['temperature', 'top_p', 'top_k'].filter((field) => body[field] !== undefined);
  insist(!newest || sampled.length === 0, `${sampled}: is not supported by this model`);
  insist(sampled.length <= 1, '`temperature` and `top_p` cannot both be specified for this model');
  insist((body.temperature ?? 0) <= 1, 'temperature: range: 0..1');
  const thinks = thinking !== undefined && thinking.type !== 'disabled';
  if (thinks) checkThinking(body, newest);
  for (const sequence of filled<string>(body.stop_sequences, 'stop_sequences'))
    insist(sequence.trim() !== '', 'stop_sequences: each must contain non-whitespace');
  const system = filled<Json>(body.system, 'system');
  for (const { text } of system) insist(text.trim() !== '', 'system: text must be non-empty');
  const tools = toolsOf(body);
  const forced = choice?.type === 'tool' ? { name: choice.name } : undefined;
  insist(!choice || tools.length > 0, 'tool_choice may only be specified while providing tools');
  const schema = output.format?.schema;
  insist(!schema || !older.test(model), 'output_config.format: is not supported by this model');
  if (schema) checkClosed(schema, 'output_config.format.schema');
  checkMessages(body.messages, thinking?.type === 'enabled');
  const instructions = system.map(({ text }) => text).join('\n');
  const toldAsJson = /one JSON object/.test(instructions);
  return {
    stream: body.stream === true,
    system: instructions,
    turns: body.messages.flatMap(turnsOf),
    tools: tools.map(({ name, input_schema: parameters }) => ({ name, parameters })),
    choice: forced ?? (choice?.type === 'any' ? 'required' : (choice?.type ?? 'auto')),
    parallel: choice?.disable_parallel_tool_use !== true,
    ...(toldAsJson ? { format: 'object' } : {}),
    ...(schema ? { format: schema } : {}),
    thinks,
    remembered: body.messages
      .flatMap(({ content }: Json) => content)
      .filter(({ type }: Json) => type === 'thinking').length,
    stop: body.stop_sequences ?? [],
    cap: body.max_tokens,
    choices: 1,
  };
}

function checkThinking(
  { thinking, tool_choice: choice, temperature, max_tokens: most }: Json,
  newest: boolean,
) {
  insist(['enabled', 'adaptive'].includes(thinking.type), 'thinking.type: unknown');
  insist(!newest || thinking.type === 'adaptive', 'thinking.type: "enabled" is not supported by this model');
  if (thinking.type === 'enabled') {
    insist(thinking.budget_tokens >= 1024, 'thinking.budget_tokens: must be at least 1024');
    insist(thinking.budget_tokens < most, '`max_tokens` must be greater than `thinking.budget_tokens`');
  }
  insist(
    !choice || ['auto', 'none'].includes(choice.type),
    'Thinking may not be enabled when tool_choice forces tool use.',
  );
  insist(
    temperature === undefined || temperature === 1,
    '`temperature` may only be set to 1 when thinking is enabled',
  );
}

/** Without structured outputs. */
const older = /-4-20/;

function toolsOf(body: Json): readonly Json[] {
  const tools = filled<Json>(body.tools, 'tools');
  for (const [at, tool] of tools.entries()) {
    only(tool, ['name', 'description', 'input_schema', 'strict', 'cache_control', 'type'], 'tools');
    insist(/^[a-zA-Z0-9_-]{1,128}$/.test(tool.name), `tools: name '${tool.name}'`);
    insist(tool.input_schema?.type === 'object', 'tools: input_schema.type: Field required');
    checkType(tool.input_schema, `tools.${at}.custom.input_schema`);
    insist(!tool.strict || !older.test(body.model), `tools.${at}.custom.strict: not supported by this model`);
    if (tool.strict) checkClosed(tool.input_schema, `tools.${at}.custom.input_schema`);
  }
  return tools;
}

/** Structured outputs: every object says that it has no other members, and nothing has bounds. */
function checkClosed(schema: Json, where: string): void {
  checkType(schema, where);
  const bound = Object.keys(schema).find((name) => /^(?:exclusive)?(?:min|max)(?:imum|length)/i.test(name));
  insist(!bound, `${where}: For '${schema.type}' type, property '${bound}' is not supported`);
  if (schema.type !== 'object') return;
  insist(
    schema.additionalProperties === false,
    `${where}: For 'object' type, 'additionalProperties' must be explicitly set to false`,
  );
  for (const [name, member] of Object.entries(schema.properties ?? {}))
    checkClosed(member, `${where}.${name}`);
}

function checkMessages(messages: readonly Json[], budget: boolean): void {
  let open: string[] = [];
  for (const [at, message] of filled<Json>(messages, 'messages').entries()) {
    const { role, content } = message;
    only(message, ['role', 'content'], `messages.${at}`);
    insist(role === (at % 2 === 0 ? 'user' : 'assistant'), `messages.${at}: roles must alternate`);
    insist(Array.isArray(content) && content.length > 0, `messages.${at}: content must be non-empty`);
    for (const block of content) checkBlock(block, at);
    const results = content.filter(({ type }: Json) => type === 'tool_result');
    insist(
      content.slice(0, results.length).every(({ type }: Json) => type === 'tool_result'),
      `messages.${at}: tool_result blocks must come first`,
    );
    const ids = results.map(({ tool_use_id: id }: Json) => id);
    insist(
      ids.length === open.length && open.every((id) => ids.includes(id)),
      `messages.${at}: \`tool_use\` ids ${open} were found without \`tool_result\` blocks immediately after, or vice versa: ${ids}`,
    );
    open = content.filter(({ type }: Json) => type === 'tool_use').map(({ id }: Json) => id);
  }
  const last = messages.at(-1);
  if (last.role === 'assistant') {
    const text = last.content.at(-1)?.text ?? '';
    insist(text === text.trimEnd(), 'messages: final assistant content cannot end with trailing whitespace');
  }
  if (!budget || !last.content.every(isResult)) return;
  const question = messages.findLastIndex(({ role, content }) => role === 'user' && !content.every(isResult));
  insist(
    /thinking/.test(messages[question + 1]?.content[0].type),
    'Expected `thinking` or `redacted_thinking`, but found `tool_use`. When `thinking` is enabled, a final `assistant` message must start with a thinking block.',
  );
}

const isResult = ({ type }: Json) => type === 'tool_result';

function checkBlock(block: Json, at: number): void {
  const where = `messages.${at}.content`;
  switch (block.type) {
    case 'text':
      insist(block.text.trim() !== '', `${where}: text content blocks must contain non-whitespace text`);
      break;
    case 'thinking':
      insist(
        block.signature === sign(block.thinking),
        `${where}: Invalid \`signature\` in \`thinking\` block`,
      );
      break;
    case 'tool_use':
      only(block, ['type', 'id', 'name', 'input'], where);
      insist(/^[a-zA-Z0-9_-]+$/.test(block.id), `${where}.tool_use.id: String should match pattern`);
      insist(typeof block.input === 'object' && !Array.isArray(block.input), `${where}.tool_use.input`);
      break;
    case 'tool_result':
      only(block, ['type', 'tool_use_id', 'content', 'is_error'], where);
      break;
    case 'image':
    case 'document':
      checkSource(block.source, `${where}.source`);
      break;
    default:
      // It never writes `redacted_thinking`: whatever comes back as such is somebody else's.
      insist(false, `${where}: unknown type, or not its own data: ${block.type}`);
  }
}

function checkSource({ type, url, media_type: mediaType, data }: Json, where: string): void {
  if (type === 'url') {
    insist(/^https:/.test(url), `${where}.url`);
    return;
  }
  insist(type === 'base64', `${where}.type: ${type}`);
  insist(
    /^(?:image\/(?:jpeg|png|gif|webp)|application\/pdf)$/.test(mediaType),
    `${where}.media_type: ${mediaType}`,
  );
  base64(data, `${where}.data`);
}

/** One turn for each result and one for the rest, as OpenAI's messages have them. */
function turnsOf({ role, content }: Json) {
  const of = (type: string) => content.filter((block: Json) => block.type === type);
  const results = of('tool_result').map((block: Json) =>
    turn({ role: 'tool', results: [{ id: block.tool_use_id, text: block.content }] }),
  );
  const rest = turn({
    role,
    text: of('text')
      .map(({ text }: Json) => text)
      .join(''),
    media: content.flatMap(({ source }: Json) =>
      source ? [source.type === 'url' ? source.url : `${source.media_type}:${source.data}`] : [],
    ),
    calls: of('tool_use').map(({ id, name, input }: Json) => ({ id, name, input })),
  });
  return [...results, ...(Object.keys(rest).length > 1 ? [rest] : [])];
}
