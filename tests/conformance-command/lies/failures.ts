// Lies about errors, headers, models and connections.
import { unknownModel } from '../../../src/conformance/prompts.ts';
import type { Lie } from '../lying-proxy.ts';
import { accepts, answer, bytes, error, head, header, nth, put, refuses } from './telling.ts';

const status =
  (wrong: number): Lie =>
  (told) =>
    told.status < 400 ? told : { ...told, status: wrong };
const withoutKey = (name: string): Lie => error((it) => void delete it[name]);
const page = head(({ status, headers }) =>
  status < 400
    ? {}
    : { headers: { ...headers, 'content-type': 'text/html' }, body: '<h1>An error occurred</h1>' },
);
const echoed = error(
  (it) => void put(it, { message: `${it.message} sk-conformance-0123456789abcdefghijklmnopqrstuv` }),
);
/** What every refusal may get wrong. */
const shape = [
  accepts,
  status(500),
  page,
  withoutKey('message'),
  withoutKey('type'),
  withoutKey('param'),
  withoutKey('code'),
];

export const failureLies: Readonly<Record<string, readonly Lie[]>> = {
  'error.no-key': [
    ...shape,
    error((it) => void put(it, { code: 'invalid_api_key' })),
    error((it) => void put(it, { message: 'No.' })),
  ],
  'error.bad-key': [...shape, error((it) => void put(it, { code: null })), echoed],
  'error.model': [
    ...shape,
    error((it) => void put(it, { code: 'not_found' })),
    error((it) => void put(it, { message: it.message.replace(unknownModel, 'x') })),
  ],
  'error.json': [
    ...shape,
    ...[1, 2, 3, 4].map((number) => nth(number, accepts)),
    error((it) => void put(it, { param: 'body' })),
  ],
  'error.utf-8': [accepts],
  'error.content-type': [accepts, status(400), error((it) => void put(it, { code: null }))],
  'error.charset': [refuses(415)],
  'error.path': [...shape, error((it) => void put(it, { code: 'other' }))],
  'error.method': [
    accepts,
    status(404),
    page,
    header('allow', undefined),
    header('allow', 'GET'),
    error((it) => void put(it, { code: null })),
  ],
  // Two only: each costs the gateway 34 MiB.
  'error.too-large': [status(500), error((it) => void put(it, { code: null }))],
  'header.request-id': [
    header('x-request-id', undefined),
    header('x-request-id', 'req_1'),
    ...[1, 2, 3, 4].map((number) => nth(number, header('x-request-id', undefined))),
  ],
  'models.list': [
    answer((body) => void put(body, { object: 'array' })),
    answer((body) => void put(body, { data: [] })),
    ...['id', 'object', 'created', 'owned_by'].map((name) =>
      answer((body) => void delete body.data[0][name]),
    ),
    refuses(404),
  ],
  'models.one': [answer((body) => void put(body, { id: 'other' })), refuses(404)],
  'connection.leave-stream': [nth(2, refuses(500)), nth(2, refuses(400))],
  'connection.leave-early': [nth(2, refuses(500))],
  'connection.after-error': [nth(4, refuses(500)), nth(2, accepts), nth(3, status(500))],
  'connection.parallel': [
    nth(3, refuses(500)),
    (told, asked) =>
      bytes((text) => text.replaceAll(/"id":"[^"]*"/g, '"id":"one"'))(
        answer((body) => void put(body, { id: 'one' }))(told, asked),
        asked,
      ),
  ],
};
