// A name that stands twice means two things to two readers. Whatever decides over price, route or the shape of the answer
// must mean one thing to the gateway and to every upstream: those that take the first, the last, or names in any case.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startGateway, type TestGateway } from '../support/start-gateway.ts';
import { foldName, topLevelMembers } from './judge-relay.ts';
import { type RawUpstream, startRawUpstream } from './raw-upstream.ts';

let upstream: RawUpstream;
let gateway: TestGateway;
const arrived: string[] = [];

beforeAll(async () => {
  upstream = await startRawUpstream((body) => {
    arrived.push(body);
    return undefined;
  });
  gateway = await startGateway({ upstreams: [upstream.url] });
  const provider = { type: 'openai-compatible', base_url: upstream.url };
  const price = (input: number) => ({ input, output: input });
  await gateway.configure({
    providers: { first: provider },
    models: {
      // The public names are the upstream's own, so the name needs no patch on its way.
      cheap: { price: price(1), route: [[{ provider: 'first', model: 'cheap' }]] },
      dear: { price: price(100), route: [[{ provider: 'first', model: 'dear' }]] },
    },
  });
});
beforeEach(() => void arrived.splice(0));
afterAll(async () => {
  await gateway?.[Symbol.asyncDispose]();
  await upstream?.[Symbol.asyncDispose]();
  expect(gateway.logs).toEqual([]);
});

const question = '"messages":[{"role":"user","content":"x"}]';

/** What readers of every kind find under a name in the body that went upstream. */
function readings(name: string): unknown[] {
  const [body] = arrived;
  if (body === undefined) throw new Error('nothing went upstream');
  const values = topLevelMembers(body)
    .filter(([given]) => foldName(given) === name)
    .map(([, value]) => JSON.stringify(JSON.parse(value)));
  return [...new Set(values)].map((value) => JSON.parse(value));
}

describe('the model', () => {
  test.each([
    ['twice', `{"model":"dear","model":"cheap",${question}}`],
    ['twice, the first escaped', `{"mod\\u0065l":"dear","model":"cheap",${question}}`],
    ['twice, the last escaped', `{"model":"dear",${question},"\\u006dodel":"cheap"}`],
    ['three times', `{"model":"cheap","model":"dear","model":"cheap",${question}}`],
    ['around the messages', `{"model":"dear",${question},"model":"cheap"}`],
    ['in capitals behind it', `{"model":"cheap",${question},"MODEL":"dear"}`],
    ['in capitals before it', `{"Model":"dear","model":"cheap",${question}}`],
  ])('%s: the one that is billed is the one that goes upstream', async (_, body) => {
    const response = await gateway.chat(body);
    if (response.status === 400) {
      expect(arrived).toEqual([]);
      expect(await response.text()).toMatch(/[Mm]odel|MODEL/);
      return;
    }
    expect(response.status).toBe(200);
    expect(((await response.json()) as { model: string }).model).toBe('cheap');
    expect(readings('model')).toEqual(['cheap']);
    expect((await gateway.row()).model).toBe('cheap');
  });

  test('inside of other members it is nobody’s model', async () => {
    const body = `{"metadata":{"model":"dear"},"x":[{"model":"dear"}],"model":"cheap",${question}}`;
    expect((await gateway.chat(body)).status).toBe(200);
    expect(readings('model')).toEqual(['cheap']);
    expect(arrived[0]).toContain('"metadata":{"model":"dear"}');
  });
});

describe('what decides over the answer and its price', () => {
  test.each<[name: string, body: string, meant: unknown]>([
    ['stream', `{"model":"cheap","stream":true,"stream":false,${question}}`, false],
    ['stream', `{"model":"cheap","stream":false,${question},"stream":true}`, true],
    ['stream', `{"model":"cheap","stream":false,${question},"\\u017ftream":true}`, false],
    ['stream', `{"model":"cheap","stream":false,${question},"Stream":true}`, false],
    ['n', `{"model":"cheap","n":128,"n":1,${question}}`, 1],
    ['n', `{"model":"cheap","n":1,${question},"N":128}`, 1],
    ['max_tokens', `{"model":"cheap","max_tokens":100000,"max_tokens":5,${question}}`, 5],
    ['max_tokens', `{"model":"cheap","max_tokens":5,${question},"max_to\u212aens":100000}`, 5],
    [
      'max_completion_tokens',
      `{"model":"cheap","max_completion_tokens":9,"max_completion_tokens":5,${question}}`,
      5,
    ],
    ['messages', `{"model":"cheap","messages":[{"role":"user","content":"long"}],${question}}`, undefined],
    [
      'tools',
      `{"model":"cheap","tools":[],"tools":[{"type":"function","function":{"name":"f"}}],${question}}`,
      undefined,
    ],
  ])('%s: %s', async (name, body, meant) => {
    const response = await gateway.chat(body);
    await response.text();
    if (response.status === 400) {
      expect(arrived).toEqual([]);
      return;
    }
    expect(response.status).toBe(200);
    // Upstreams get the cap under the name they know.
    const found = [...readings(name), ...(name === 'max_completion_tokens' ? readings('max_tokens') : [])];
    expect(found).toHaveLength(1);
    if (meant !== undefined) expect(found).toEqual([meant]);
    const type = response.headers.get('content-type');
    expect(type).toMatch(readings('stream')[0] === true ? /event-stream/ : /json/);
  });
});
