// What surrounds an exchange: headers, the list of models, clients that leave, several at a time. CONTRACT sections 3, 4
// and 6.12.
import type { Check, CheckGroup } from '../check.ts';
import { answered, equal, kind, mismatch, that } from '../expectations.ts';
import { at, list } from '../look.ts';
import { Skip } from '../outcome.ts';
import { brief, story } from '../prompts.ts';

const parallel = 4;

const headerChecks: readonly Check[] = [
  {
    id: 'header.request-id',
    title: 'x-request-id on answers, streams and errors, each another',
    severity: 'must',
    contract: '3, 4',
    async run({ server, exchanges }) {
      const replies = {
        'an answer': await exchanges.answer(),
        'a stream': (await exchanges.stream()).reply,
        'an error': await server.chat({ messages: [] }),
        'an unknown path': await server.send({ path: '/conformance-no-such-path', body: '{}' }),
      };
      const ids = Object.values(replies).map(({ headers }) => headers['x-request-id']);
      const missing = Object.entries(replies).flatMap(([what, { headers }]) =>
        kind(`${what}: x-request-id`, headers['x-request-id'], 'a string that is not empty'),
      );
      return missing.length > 0
        ? missing
        : that(new Set(ids).size === ids.length, 'x-request-id', 'each another', ids);
    },
  },
  {
    id: 'models.list',
    title: 'GET /models: a list of id, object, created, owned_by',
    severity: 'must',
    contract: '3',
    async run({ server }) {
      const reply = await server.send({ method: 'GET', path: '/models' });
      answered('GET /models', reply);
      const models = at(reply.json, 'data');
      return [
        ...equal('object', at(reply.json, 'object'), 'list'),
        ...kind('data', models, 'an array with elements'),
        ...list(models).flatMap((model, place) => [
          ...kind(`data[${place}].id`, at(model, 'id'), 'a string that is not empty'),
          ...equal(`data[${place}].object`, at(model, 'object'), 'model'),
          ...kind(`data[${place}].created`, at(model, 'created'), 'a whole number, 0 or more'),
          ...kind(`data[${place}].owned_by`, at(model, 'owned_by'), 'a string'),
        ]),
      ].slice(0, 4);
    },
  },
  {
    id: 'models.one',
    title: 'GET /models/{model}: the model that is used here',
    severity: 'should',
    contract: '3',
    async run({ server }) {
      const reply = await server.send({ method: 'GET', path: `/models/${encodeURIComponent(server.model)}` });
      answered(`GET /models/${server.model}`, reply);
      return equal('id', at(reply.json, 'id'), server.model);
    },
  },
];

const connectionChecks: readonly Check[] = [
  {
    id: 'connection.leave-stream',
    title: 'a client that leaves in mid-stream: the next request is answered',
    severity: 'must',
    contract: '6.12',
    async run({ server }) {
      await server.abandon({ ...story, stream: true }, 'first-byte');
      answered('the next request', await server.chat(brief));
      return [];
    },
  },
  {
    id: 'connection.leave-early',
    title: 'a client that leaves before the answer: the next request is answered',
    severity: 'must',
    contract: '6.12',
    async run({ server }) {
      await server.abandon(story, 'sent');
      answered('the next request', await server.chat(brief));
      return [];
    },
  },
  {
    id: 'connection.after-error',
    title: 'refused requests leave the connection and the server usable',
    severity: 'must',
    contract: '4',
    async run({ server }) {
      for (const members of [{ messages: [] }, { messages: 7 }, { ...brief, temperature: 9 }]) {
        const { status } = await server.chat(members);
        if (status < 400 || status > 499)
          return mismatch('a refused request', 'a status from 400 to 499', status);
      }
      answered('the next request', await server.chat(brief));
      return [];
    },
  },
  {
    id: 'connection.parallel',
    title: `${parallel} requests at once, whole and streamed, each get their own answer`,
    severity: 'must',
    contract: '2, 3',
    async run({ server }) {
      const replies = await Promise.all(
        Array.from({ length: parallel }, (_, index) => server.chat({ ...brief, stream: index % 2 === 1 })),
      );
      const busy = replies.find(({ status }) => status === 429 || status === 503);
      if (busy) throw new Skip(`the server takes fewer than ${parallel} at a time (status ${busy.status})`);
      const ids = replies.map((reply, index) => {
        answered(`request ${index}`, reply);
        return at(reply.json, 'id') ?? /"id":\s*"([^"]+)"/.exec(reply.text)?.[1];
      });
      return that(new Set(ids).size === parallel && !ids.includes(undefined), 'id', 'each another', ids);
    },
  },
];

export const headerGroup: CheckGroup = { title: 'Headers and models', checks: headerChecks };
export const connectionGroup: CheckGroup = { title: 'Connections', checks: connectionChecks };
