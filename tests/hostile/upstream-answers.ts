// What upstreams of bad faith answer: good streams and bodies with their bytes, events, members, packets, heads and ends
// damaged.
import { completion } from '../support/scripted-upstream.ts';
import { isMembers, type Members, type Tree, toTree, writeTree } from './json-tree.ts';
import { cutAt, mutateBytes, randomCuts } from './mutate-bytes.ts';
import { hostileValue, mutateTree } from './mutate-tree.ts';
import type { Random } from './random.ts';
import type { RawAnswer } from './raw-upstream.ts';

export function upstreamAnswer(random: Random, stream: boolean): RawAnswer {
  const asStream = random.chance(0.96) ? stream : !stream;
  const body = asStream ? eventBytes(random) : wholeBytes(random);
  const status = random.chance(0.85) ? 200 : random.pick(statuses);
  const type = random.chance(0.95)
    ? asStream
      ? 'text/event-stream'
      : 'application/json'
    : random.pick(contentTypes);
  let headers = `content-type: ${type}\r\n`;
  if (random.chance(0.12)) headers += random.pick(oddHeaders);
  return frame(random, `HTTP/1.1 ${status} X\r\n${headers}`, body);
}

const statuses = [
  201,
  202,
  204,
  206,
  301,
  302,
  304,
  307,
  400,
  401,
  402,
  403,
  404,
  405,
  408,
  409,
  413,
  418,
  422,
  425,
  429,
  451,
  499,
  500,
  501,
  502,
  503,
  504,
  529,
  599,
  600,
  999,
  '-1',
  '2x0',
] as const;
const contentTypes = [
  'text/html',
  '',
  'TEXT/EVENT-STREAM',
  'text/event-stream;charset=latin1',
  'application/json; charset=utf-16',
  '\xff',
] as const;
const oddHeaders = [
  'retry-after: -1\r\n',
  'retry-after: 1e308\r\n',
  'retry-after: 99999999999999999999\r\n',
  'retry-after: soon\r\n',
  'retry-after: Thu, 01 Jan 1970 00:00:00 GMT\r\n',
  'retry-after: Fri, 31 Dec 9999 23:59:59 GMT\r\n',
  'retry-after-ms: Infinity\r\n',
  'retry-after-ms: 1e-7\r\n',
  'retry-after-ms: 0x10\r\n',
  'retry-after: 1\r\nretry-after: 2\r\n',
  'content-encoding: gzip\r\n',
  'content-encoding: br\r\n',
  'x-request-id: theirs\r\nx-tollgate-served-by: them\r\n',
  'set-cookie: a=b\r\nlocation: http://127.0.0.1/\r\n',
  `x-long: ${'y'.repeat(9000)}\r\n`,
  `x-longer: ${'y'.repeat(40_000)}\r\n`,
  'x-\0: y\r\n',
  'no header\r\n',
  'transfer-encoding: gzip\r\n',
  'content-length: 5\r\n',
  'connection: close\r\n',
  'connection: upgrade\r\nupgrade: websocket\r\n',
] as const;

/** Puts the body behind the head, in one of the ways HTTP has, or in one it has not. */
function frame(random: Random, head: string, body: Buffer): RawAnswer {
  const cuts = randomCuts(body.length, random);
  const pieces = cutAt(body, cuts);
  const way = random.below(20);
  if (way < 10) {
    const chunks = pieces.map((piece) =>
      Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n')]),
    );
    const opened = Buffer.from(`${head}transfer-encoding: chunked\r\n\r\n`);
    return { packets: [opened, ...chunks, Buffer.from('0\r\n\r\n')], ending: 'keep' };
  }
  if (way < 15) {
    const length = way === 14 ? random.below(body.length + 50) : body.length;
    const opened = Buffer.from(`${head}content-length: ${length}\r\n\r\n`);
    return { packets: [opened, ...pieces], ending: length === body.length ? 'keep' : 'end' };
  }
  const opened = Buffer.from(`${head}connection: close\r\n\r\n`, 'latin1');
  if (way < 18) return { packets: [opened, ...pieces], ending: 'end' };
  if (way === 18) return { packets: [opened, ...pieces], ending: random.chance(0.9) ? 'reset' : 'stall' };
  return { packets: [mutateBytes(Buffer.concat([opened, ...pieces]), random)], ending: 'end' };
}

// --- whole answers ----------------------------------------------------------------------------------------------

function wholeBytes(random: Random): Buffer {
  const tree = toTree(random.chance(0.85) ? wholeAnswer(random) : errorAnswer(random));
  for (let left = random.below(4); left > 0; left--) mutateTree(tree, random);
  const bytes = Buffer.from(writeTree(tree, random));
  return random.chance(0.2) ? mutateBytes(bytes, random) : bytes;
}

function wholeAnswer(random: Random): unknown {
  const message = random.pick([
    { role: 'assistant', content: 'Hello' },
    { role: 'assistant', content: null, tool_calls: [call(0), call(1)] },
    { role: 'assistant', content: 'x', reasoning: 'hm', refusal: null, annotations: [] },
    { role: 'assistant', content: '', reasoning_details: [{ type: 'reasoning.text', text: 'hm' }] },
    { role: 'assistant', content: null, function_call: { name: 'f', arguments: '{}' } },
  ]);
  const choices = Array.from({ length: random.pick([1, 1, 1, 2, 130]) }, (_, index) => ({
    index,
    message,
    logprobs: random.pick([null, { content: [{ token: 'a', logprob: -1, bytes: [97], top_logprobs: [] }] }]),
    finish_reason: random.pick(finishReasons),
  }));
  return completion({ choices });
}

const finishReasons = [
  ...Array<string>(12).fill('stop'),
  'length',
  'tool_calls',
  'function_call',
  'content_filter',
  'eos',
  'error',
  null,
] as const;
const call = (index: number) => ({
  index,
  id: `call_${index}`,
  type: 'function',
  function: { name: 'weather', arguments: '{"city":"Rome"}' },
});

function errorAnswer(random: Random): unknown {
  const error = {
    message: random.pick([
      'no',
      'see http://127.0.0.1:9/ and sk-0123456789abcdef',
      'a\r\nx-injected: 1',
      '',
      7,
    ]),
    type: random.pick(['server_error', 3, null]),
    param: random.pick(['messages', null, 5, 'a\r\nb']),
    code: random.pick(['bad', 400, 429, 500, '401', null, -1, 1e308]),
  };
  return random.pick<unknown>([
    { error },
    { object: 'error', ...error },
    { error: 'text' },
    [{ error }],
    { error, choices: [] },
  ]);
}

// --- streams ----------------------------------------------------------------------------------------------------

function eventBytes(random: Random): Buffer {
  const chunks = streamChunks(random).map((chunk) => toTree(chunk));
  for (let left = random.pick([0, 1, 2, 3]); left > 0; left--) mutateTree(random.pick(chunks), random);
  const events = chunks.map((chunk) => {
    const json = writeTree(chunk, random);
    // A line end inside ends the line; now and then that is worth a try.
    return `data: ${random.chance(0.98) ? json.replace(/[\r\n]/g, ' ') : json}\n\n`;
  });
  if (random.chance(0.93)) events.push('data: [DONE]\n\n');
  for (let left = random.pick([0, 0, 1, 2]); left > 0; left--) mutateEvents(events, random);
  const bytes = Buffer.from(withLineEnds(events.join(''), random));
  return random.chance(0.2) ? mutateBytes(bytes, random) : bytes;
}

function streamChunks(random: Random): unknown[] {
  const chunk = (delta: unknown, index = 0, finish_reason: unknown = null) => ({
    id: 'chatcmpl-upstream',
    object: 'chat.completion.chunk',
    created: 1_755_133_833,
    model: 'upstream-model',
    choices: [{ index, delta, finish_reason }],
  });
  const pieces = random.pick([
    [{ content: 'Hel' }, { content: 'lo 😀' }],
    [{ reasoning_content: 'hm' }, { reasoning: 'hm' }, { content: 'x' }],
    [
      { tool_calls: [call(0)] },
      { tool_calls: [{ index: 0, function: { arguments: '1' } }] },
      { tool_calls: [call(1)] },
    ],
    [{ tool_calls: [{ ...call(0), index: undefined }, call(0)] }, { content: null }],
    [{ function_call: { name: 'f', arguments: '' } }, { function_call: { arguments: '{}' } }],
    [{ refusal: 'no' }],
    [],
  ]);
  const choices = random.pick([1, 1, 1, 2]);
  const all: unknown[] = [];
  for (let index = 0; index < choices; index++) {
    all.push(chunk({ role: 'assistant', content: '' }, index));
    for (const delta of pieces) all.push(chunk(delta, index));
    all.push(chunk({}, index, random.pick(finishReasons)));
  }
  const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
  if (random.chance(0.7)) all.push({ ...chunk({}), choices: [], usage });
  return all;
}

function mutateEvents(events: string[], random: Random): void {
  const at = random.below(events.length);
  const event = events[at] as string;
  switch (random.below(9)) {
    case 0:
      events.splice(at, 1);
      break;
    case 1:
      events.splice(at, 0, event);
      break;
    case 2:
      events.splice(random.below(events.length), 0, ...events.splice(at, 1));
      break;
    case 3:
      events.splice(at, 0, random.pick(oddEvents));
      break;
    case 4:
      events.splice(at, 0, `data: ${JSON.stringify(errorAnswer(random))}\n\n`);
      break;
    case 5: {
      const huge = random.pick([70_000, 300_000]);
      events.splice(at, 0, `${random.pick([': ', 'data: ', 'data: {"a":"', 'x'])}${'y'.repeat(huge)}\n\n`);
      break;
    }
    case 6: {
      const depth = random.pick([100, 20_000]);
      const deep = '['.repeat(depth) + ']'.repeat(depth);
      events.splice(at, 0, `data: {"choices":[{"index":0,"delta":{"content":"x","deep":${deep}}}]}\n\n`);
      break;
    }
    case 7:
      events.splice(at, 0, `data: ${writeTree({ members: [['choices', choicesOf(random)]] })}\n\n`);
      break;
    default:
      events[at] = event.replace(/\n\n$/, random.pick(['\n', '\n\n\n\n', '', '\r\r', '\n: x\n\n']));
  }
  if (events.length === 0) events.push(event);
}

function choicesOf(random: Random): Tree {
  const index = random.pick<Tree>([0, 1, -1, 127, 128, 0.5, { raw: '1e9' }, { raw: '1e999' }, 'x', null]);
  const choice: Members = { members: [['index', index]] };
  choice.members.push(['delta', random.chance(0.5) ? toTree({ content: 'x' }) : hostileValue(random)]);
  if (random.chance(0.3)) choice.members.push(['finish_reason', hostileValue(random)]);
  return random.chance(0.9) || !isMembers(choice) ? [choice] : choice;
}

const oddEvents = [
  'data:\n\n',
  'data\n\n',
  'data: \n\n',
  ': comment\n\n',
  ':\n',
  'event: ping\ndata: {}\n\n',
  'event: error\ndata: {"message":"x"}\n\n',
  'id: 7\nretry: 0\ndata: {}\n\n',
  'data: {\ndata: "choices": []}\n\n',
  'data: null\n\n',
  'data: "text"\n\n',
  'data: [DONE]\n\n',
  'data: [DONE] \n\n',
  'data:[DONE]\n\n',
  'data: {"choices":[]}\n\n',
  'data: {"choices":null}\n\n',
  'data: {"object":"error","message":"flat","code":40001}\n\n',
  '\uFEFF',
  'data: {"error":null,"choices":[{"index":0,"delta":{"content":"z"},"finish_reason":null}]}\n\n',
] as const;

function withLineEnds(text: string, random: Random): string {
  if (random.chance(0.85)) return text;
  const kind = random.below(3);
  if (kind === 0) return text.replaceAll('\n', '\r\n');
  if (kind === 1) return text.replaceAll('\n', '\r');
  return text.replace(/\n/g, () => random.pick(['\n', '\r\n', '\r']));
}
