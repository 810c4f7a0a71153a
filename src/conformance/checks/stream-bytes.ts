// How a stream travels: status, head and framing, before anyone looks into a chunk. CONTRACT section 3, "Bytes".
import type { Check, CheckGroup } from '../check.ts';
import { answered, equal, mismatch, refused, that } from '../expectations.ts';
import { parseJson, shown } from '../look.ts';
import { brief, hello, unknownModel } from '../prompts.ts';

const contract = '3';

const checks: readonly Check[] = [
  {
    id: 'stream.content-type',
    title: 'content-type is text/event-stream, in UTF-8',
    severity: 'must',
    contract,
    async run({ exchanges }) {
      const type = (await exchanges.stream()).reply.headers['content-type'] ?? 'none';
      const holds = /^text\/event-stream(?:; ?charset=utf-8)?$/i.test(type);
      return that(holds, 'content-type', 'text/event-stream; charset=utf-8', type);
    },
  },
  {
    id: 'stream.uncompressed',
    title: 'no compression, also for clients that offer it, and no content-length',
    severity: 'must',
    contract: '3, 6.11',
    async run({ server }) {
      const { status, headers, ...rest } = await server.chat(
        { ...brief, stream: true },
        { 'accept-encoding': 'gzip, deflate, br' },
      );
      answered('the stream', { status, headers, ...rest });
      return ['content-encoding', 'content-length'].flatMap((name) =>
        that(headers[name] === undefined, name, 'no such header', headers[name]),
      );
    },
  },
  {
    id: 'stream.unbuffered',
    title: 'cache-control and x-accel-buffering keep proxies from storing it',
    severity: 'should',
    contract: '3, 6.11',
    async run({ exchanges }) {
      const { headers } = (await exchanges.stream()).reply;
      const cache = headers['cache-control'] ?? 'none';
      return [
        ...that(/\bno-cache\b/.test(cache), 'cache-control', 'no-cache', cache),
        ...equal('x-accel-buffering', headers['x-accel-buffering'], 'no'),
      ];
    },
  },
  {
    id: 'stream.framing',
    title: 'each event is one `data: ` line and a blank one, with plain line feeds',
    severity: 'must',
    contract,
    async run({ exchanges }) {
      const { framed, strayLines, reply } = await exchanges.stream();
      return strayLines.length > 0 || framed ? [] : mismatch('the bytes', '`data: …\\n\\n` only', reply.text);
    },
  },
  {
    id: 'stream.no-other-fields',
    title: 'no event: and no id: lines, which break the Python client',
    severity: 'must',
    contract: '3, 6.9',
    async run({ exchanges }) {
      const { strayLines } = await exchanges.stream();
      return strayLines.length === 0 ? [] : mismatch('the lines', '`data: ` and comments only', strayLines);
    },
  },
  {
    id: 'stream.json',
    title: 'each event is a JSON object with choices',
    severity: 'must',
    contract,
    async run({ exchanges }) {
      const { events, chunks } = await exchanges.stream();
      if (events.length === 0) return mismatch('the stream', 'events', 'none');
      const wrong = events.filter(
        (event) => !Array.isArray((parseJson(event) as { choices?: unknown } | null)?.choices),
      );
      return events.length === chunks.length ? [] : mismatch('events', 'objects with `choices`', wrong);
    },
  },
  {
    id: 'stream.done',
    title: 'it ends with one [DONE] and nothing behind it',
    severity: 'must',
    contract,
    async run({ exchanges }) {
      const { done, behindDone } = await exchanges.stream();
      return [
        ...that(done === 1, 'data: [DONE]', 'once', `${done} times`),
        ...that(behindDone === '', 'behind [DONE]', 'nothing', behindDone),
      ];
    },
  },
  {
    id: 'stream.utf-8',
    title: 'characters of several bytes arrive whole',
    severity: 'must',
    contract: '3, 6.10',
    async run({ server }) {
      const text = 'Grüße, 世界! 🙂 Привет';
      const reply = await server.chat({
        ...hello,
        messages: [{ role: 'user', content: `Repeat exactly: ${text}` }],
        stream: true,
      });
      answered('the stream', reply);
      const whole = Buffer.from(reply.text).equals(reply.bytes) && !reply.text.includes('\uFFFD');
      return that(whole, 'the bytes', 'valid UTF-8 without U+FFFD', shown(reply.text));
    },
  },
  {
    id: 'stream.refused',
    title: 'a streaming request that is refused gets the status and JSON, not a stream',
    severity: 'must',
    contract: '3, 6.8',
    async run({ server }) {
      const reply = await server.chat({ ...brief, messages: [], stream: true });
      const missing = await server.send({
        path: '/chat/completions',
        body: JSON.stringify({ ...brief, model: unknownModel, stream: true }),
      });
      return [
        ...refused('no messages', reply, { status: 400, code: 'empty_array', param: 'messages' }),
        ...refused('an unknown model', missing, { status: 404, code: 'model_not_found' }),
      ];
    },
  },
];

export const streamByteChecks: CheckGroup = { title: 'Streams, bytes', checks };
