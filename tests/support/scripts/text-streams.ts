// One text in every shape that upstreams are known to stream it in. Whatever the shape, a client must read the same.
// CONTRACT section 3 ("What clients do") and section 6, details 9, 10 and 20.
import { chunk, done, event, finish, roleChunk, type Step, text, usageChunk } from './pieces.ts';

/** What every stream here says. Two- and four-byte characters, so that cuts can fall inside of one. */
export const streamedText = 'Grüße, 😀 Welt!';
const words = ['Grüße', ', ', '😀', ' Welt!'];

const plain: readonly string[] = [
  roleChunk,
  ...words.map((word) => text(word)),
  finish(),
  usageChunk(),
  done,
];
const bytes = Buffer.from(plain.join(''));

/** Cuts the bytes at every position that falls inside of a character of several bytes. */
function cutInsideCharacters(): Buffer[] {
  const pieces: Buffer[] = [];
  let start = 0;
  for (let at = 1; at < bytes.length; at++) {
    const continues = ((bytes[at] ?? 0) & 0xc0) === 0x80;
    if (!continues) continue;
    pieces.push(bytes.subarray(start, at));
    start = at;
  }
  return [...pieces, bytes.subarray(start)];
}

function inPiecesOf(size: number): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
  return pieces;
}

const withNewLines = (newLine: string) => plain.map((piece) => piece.replaceAll('\n', newLine));
const between = (other: string) => plain.flatMap((piece) => [other, piece]);

export const textStreams = {
  'as OpenAI writes it': plain,
  'CRLF line ends': withNewLines('\r\n'),
  'comments in between': between(': keep-alive\n\n'),
  'empty data events in between': between('data:\n\n'),
  'named pings in between': between('event: ping\ndata: {"choices":[]}\n\n'),
  'event ids and retry times': plain.map(
    (piece, index) => `event: message\nid: ${index}\nretry: 5\n${piece}`,
  ),
  'half frames': plain.flatMap((piece) => [piece.slice(0, 30), piece.slice(30)]),
  'five bytes at a time': inPiecesOf(5),
  'UTF-8 cut in the middle of a character': cutInsideCharacters(),
  'all in one packet': [bytes],
  'no space behind the colon': plain.map((piece) => piece.replace('data: ', 'data:')),
  'JSON over several data lines': [
    `data: ${JSON.stringify(JSON.parse(roleChunk.slice(6)), null, 1).replaceAll('\n', '\ndata: ')}\n\n`,
    ...plain.slice(1),
  ],
  'no blank line at the end': [...plain.slice(0, -1), 'data: [DONE]'],
  'no [DONE]': plain.slice(0, -1),
  'no role': plain.slice(1),
  'the role in every chunk': [
    ...words.map((content) => chunk({ role: 'assistant', content })),
    finish(),
    usageChunk(),
    done,
  ],
  'content null first (llama.cpp)': [chunk({ role: 'assistant', content: null }), ...plain.slice(1)],
  'text in the first chunk': [chunk({ role: 'assistant', content: words[0] }), ...plain.slice(2)],
  'text in the finish chunk': [
    roleChunk,
    ...words.slice(0, -1).map((word) => text(word)),
    chunk({ content: words.at(-1) }, { finish_reason: 'stop' }),
    usageChunk(),
    done,
  ],
  'another id, time in ms and model in every chunk': [
    roleChunk,
    ...words.map((content, at) =>
      chunk({ content }, { id: `chatcmpl-${at}`, created: 1_755_133_833_000 + at, model: `shard-${at}` }),
    ),
    finish(),
    usageChunk(),
    done,
  ],
  'a filter report without choices first (Azure)': [
    event({ choices: [], created: 0, id: '', model: '', object: '', prompt_filter_results: [] }),
    ...plain,
  ],
  'no finish reason name that OpenAI knows': [...plain.slice(0, -3), finish('eos_token'), usageChunk(), done],
} satisfies Record<string, readonly Step[]>;
