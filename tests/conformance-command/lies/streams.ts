// Lies about the streams of a text.
import type { Json } from '../../support/scripted-upstream.ts';
import type { Lie } from '../lying-proxy.ts';
import { accepts, bytes, chunks, deltas, error, head, header, put, refuses } from './telling.ts';

const usageLast = (all: Json[]) => all.findLast((chunk) => chunk.usage);

/** A stream that is no failed request: what servers do that commit to 200 too early. */
const streamedRefusal: Lie = (told) =>
  told.status < 400
    ? told
    : { status: 200, headers: { 'content-type': 'text/event-stream' }, body: `data: ${told.body}\n\n` };

/** A stream that was put together before it was sent. */
const measured: Lie = head(({ headers, body }) => ({
  headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
}));

export const streamLies: Readonly<Record<string, readonly Lie[]>> = {
  'stream.content-type': [
    header('content-type', 'text/plain'),
    header('content-type', undefined),
    refuses(400),
  ],
  'stream.uncompressed': [header('content-encoding', 'gzip'), measured],
  'stream.unbuffered': [header('cache-control', undefined), header('x-accel-buffering', undefined)],
  'stream.framing': [
    bytes((text) => text.replaceAll('\n', '\r\n')),
    bytes((text) => text.replace('\n\n', '\n')),
    bytes((text) => text.replaceAll('data: ', 'data:')),
    bytes((text) => text.trimEnd()),
  ],
  'stream.no-other-fields': [
    bytes((text) => `id: 1\n${text}`),
    bytes((text) => text.replaceAll('data: ', 'event: message\ndata: ')),
  ],
  'stream.json': [
    bytes((text) => `data: {}\n\n${text}`),
    bytes((text) => text.replace('data: {', 'data: {{')),
    bytes(() => 'data: [DONE]\n\n'),
  ],
  'stream.done': [
    bytes((text) => text.replace('data: [DONE]\n\n', '')),
    bytes((text) => `${text}data: [DONE]\n\n`),
    bytes((text) => `${text}data: {"choices":[]}\n\n`),
  ],
  'stream.utf-8': [
    bytes((text) => text.replace('世', '\uFFFD')),
    bytes((text) => Buffer.from(text).fill(0xff, 100, 101)),
    refuses(400),
  ],
  'stream.refused': [streamedRefusal, accepts, error((it) => void put(it, { code: 'other' }))],
  'stream.chunk-object': [
    chunks((all) => all.map((chunk) => ({ ...chunk, object: 'chat.completion' }))),
    chunks((all) => all.map((chunk) => ({ ...chunk, created: Date.now() }))),
  ],
  'stream.stable-id': [
    chunks((all) => all.map((chunk, place) => ({ ...chunk, id: `chatcmpl-${place}` }))),
    chunks((all) => all.map((chunk, place) => ({ ...chunk, created: chunk.created + place }))),
    chunks((all) => all.map((chunk, place) => ({ ...chunk, model: place === 0 ? chunk.model : 'other' }))),
    chunks((all) => all.map((chunk) => ({ ...chunk, id: '' }))),
  ],
  'stream.model-echo': [chunks((all) => all.map((chunk) => ({ ...chunk, model: 'other' })))],
  'stream.role-first': [
    chunks((all) => all.slice(1)),
    deltas((delta, _, place) => void (place === 0 && Object.assign(delta, { content: 'Hello' }))),
    chunks(() => []),
  ],
  'stream.opening': [
    deltas((delta) => void delete delta.refusal),
    deltas((delta) => void (delta.role && delete delta.content)),
  ],
  'stream.role-once': [
    deltas((delta) => void put(delta, { role: 'assistant' })),
    deltas((delta) => void delete delta.role),
  ],
  'stream.choice': [
    deltas((_, one) => void delete one.finish_reason),
    deltas((_, one) => void delete one.delta),
    deltas((_, one) => void put(one, { index: '0' })),
  ],
  'stream.delta-content': [
    deltas((delta) => void (delta.content && put(delta, { content: { text: delta.content } }))),
    chunks((all) => [all[0], all[1], all.at(-1)]),
  ],
  'stream.no-tool-calls': [deltas((delta) => void put(delta, { tool_calls: [] }))],
  'stream.finish-once': [
    deltas((_, one) => void put(one, { finish_reason: null })),
    deltas((_, one) => void put(one, { finish_reason: 'stop' })),
    deltas((_, one) => void (one.finish_reason && put(one, { finish_reason: 'eos' }))),
    deltas((_, one) => void (one.finish_reason ?? put(one, { finish_reason: '' }))),
  ],
  'stream.finish-last': [
    chunks((all) => [...all, all[1]]),
    deltas((delta, one) => void (one.finish_reason && Object.assign(delta, { content: '!' }))),
  ],
  'stream.usage-unasked': [
    chunks((all) => all.map((chunk) => ({ ...chunk, usage: null }))),
    chunks((all) => [...all, { ...all[0], choices: [], usage: { prompt_tokens: 1 } }]),
  ],
  'stream.usage-last': [
    chunks((all) => all.filter((chunk) => !chunk.usage)),
    chunks((all) => [usageLast(all), ...all.filter((chunk) => !chunk.usage)]),
    chunks((all) => void Object.assign(usageLast(all) ?? {}, { choices: all[0].choices })),
  ],
  'stream.usage-null': [
    chunks((all) => all.map(({ usage, ...rest }) => (usage ? { ...rest, usage } : rest))),
  ],
  'stream.usage-sum': [
    chunks((all) => void usageLast(all).usage.total_tokens++),
    chunks((all) => all.filter((chunk) => !chunk.usage)),
  ],
};
