// Failures that are not about a parameter: CONTRACT section 4.
import type { Check, CheckContext, CheckGroup } from '../check.ts';
import { errorOf, refused, that } from '../expectations.ts';
import { Skip } from '../outcome.ts';
import { brief, unknownModel } from '../prompts.ts';

const path = '/chat/completions';
const contract = '4';
const wrongKey = 'sk-conformance-0123456789abcdefghijklmnopqrstuv';
/** Above the 32 MB that the contract has a server take. */
const largeBody = 34 * 1024 * 1024;

function needsKey({ server }: CheckContext): void {
  if (!server.hasKey) throw new Skip('the server is used without a key; give one with --api-key');
}

const body = ({ server }: CheckContext) => JSON.stringify({ model: server.model, ...brief });

const checks: readonly Check[] = [
  {
    id: 'error.no-key',
    title: 'no key: 401, code null, a message that says where it belongs',
    severity: 'must',
    contract,
    async run(context) {
      needsKey(context);
      const reply = await context.server.send({
        path,
        headers: { authorization: undefined },
        body: body(context),
      });
      const { message } = errorOf(reply);
      return [
        ...refused('no key', reply, { status: 401, code: null, param: null }),
        ...that(
          /authorization/i.test(String(message)),
          'the message',
          'to name the Authorization header',
          message,
        ),
      ];
    },
  },
  {
    id: 'error.bad-key',
    title: 'a wrong key: 401 invalid_api_key, and it is not repeated whole',
    severity: 'must',
    contract,
    async run(context) {
      needsKey(context);
      const reply = await context.server.send({
        path,
        headers: { authorization: `Bearer ${wrongKey}` },
        body: body(context),
      });
      return [
        ...refused('a wrong key', reply, { status: 401, code: 'invalid_api_key', param: null }),
        ...that(!reply.text.includes(wrongKey), 'the message', 'the key masked', reply.text),
      ];
    },
  },
  {
    id: 'error.model',
    title: 'an unknown model: 404 model_not_found, and the message names it',
    severity: 'must',
    contract,
    async run({ server }) {
      const reply = await server.send({ path, body: JSON.stringify({ ...brief, model: unknownModel }) });
      return [
        ...refused('an unknown model', reply, { status: 404, code: 'model_not_found' }),
        ...that(reply.text.includes(unknownModel), 'the message', `to name ${unknownModel}`, reply.text),
      ];
    },
  },
  {
    id: 'error.json',
    title: 'a body that is no JSON object: 400, param and code null',
    severity: 'must',
    contract,
    async run({ server }) {
      const mismatches = [];
      const bodies = { 'half a body': '{"model": "x", ', 'an array': '[]', 'a number': '7', 'no body': '' };
      for (const [what, wrong] of Object.entries(bodies)) {
        const reply = await server.send({ path, body: wrong });
        mismatches.push(...refused(what, reply, { status: 400, code: null, param: null }));
      }
      return mismatches;
    },
  },
  {
    id: 'error.utf-8',
    title: 'a body that is no UTF-8: 400, not passed on with changed characters',
    severity: 'should',
    contract,
    async run(context) {
      const bytes = Buffer.from(body(context).replace('hello', 'h\u00e9llo'), 'latin1');
      const reply = await context.server.send({ path, body: bytes });
      return refused('Latin-1', reply, { status: 400, code: null, param: null });
    },
  },
  {
    id: 'error.content-type',
    title: 'another content type: 415 unsupported_content_type',
    // OpenAI answers 400.
    severity: 'should',
    contract: '4, 6.19',
    async run(context) {
      const reply = await context.server.send({
        path,
        headers: { 'content-type': 'text/plain' },
        body: body(context),
      });
      return refused('text/plain', reply, { status: 415, code: 'unsupported_content_type', param: null });
    },
  },
  {
    id: 'error.charset',
    title: 'application/json; charset=utf-8 is taken',
    severity: 'must',
    contract: '4, 6.19',
    async run(context) {
      const reply = await context.server.send({
        path,
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: body(context),
      });
      return that(reply.status === 200, 'status', '200', reply.status);
    },
  },
  {
    id: 'error.path',
    title: 'an unknown path: 404 in the same shape',
    severity: 'must',
    contract,
    async run({ server }) {
      const reply = await server.send({ path: '/conformance-no-such-path', body: '{}' });
      return refused('POST', reply, { status: 404, code: [null, 'unknown_url'] });
    },
  },
  {
    id: 'error.method',
    title: 'another method: 405 method_not_allowed, with allow',
    severity: 'should',
    contract,
    async run({ server }) {
      const reply = await server.send({ method: 'DELETE', path });
      const { allow = 'none' } = reply.headers;
      return [
        ...refused('DELETE', reply, { status: 405, code: ['method_not_allowed', 'method_not_supported'] }),
        ...that(/\bPOST\b/.test(allow), 'allow', 'POST', allow),
      ];
    },
  },
  {
    id: 'error.too-large',
    title: 'a body above the limit: 413 request_too_large in JSON',
    severity: 'should',
    contract,
    async run({ server }) {
      if (!server.large) throw new Skip('sends 34 MiB; ask for it with --large');
      const head = JSON.stringify({ model: server.model, ...brief });
      const reply = await server.send({ path, body: head + ' '.repeat(largeBody - head.length) });
      if (reply.status === 200) throw new Skip('the server takes bodies of 34 MiB');
      return refused('34 MiB', reply, { status: 413, code: 'request_too_large', param: null });
    },
  },
];

export const errorChecks: CheckGroup = { title: 'Errors', checks };
