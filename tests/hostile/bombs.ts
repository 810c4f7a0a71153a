// Bodies that are made to hurt: deep, wide, long. Each is right JSON, so that only bounds of our own stand against it.

export interface Bomb {
  readonly name: string;
  /** The body, made when it is needed. */
  make(): Buffer;
  /** What the client is told; 200 = it is a request like any other. */
  readonly status: number;
}

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
const nestedObjects = (depth: number) => '{"a":'.repeat(depth) + '1'.concat('}'.repeat(depth));
const question = '"messages":[{"role":"user","content":"x"}]';
const request = (members: string, messages = question) =>
  Buffer.from(`{"model":"test-model",${messages}${members === '' ? '' : `,${members}`}}`);
const tool = '{"type":"function","function":{"name":"f"}}';

export const bombs: readonly Bomb[] = [
  { name: '100,000 arrays in an unknown member', make: () => request(`"x":${nested(100_000)}`), status: 400 },
  {
    name: '100,000 objects in an unknown member',
    make: () => request(`"x":${nestedObjects(100_000)}`),
    status: 400,
  },
  { name: '100,000 arrays and nothing else', make: () => Buffer.from(nested(100_000)), status: 400 },
  { name: '5 million arrays that never close', make: () => Buffer.from('['.repeat(5_000_000)), status: 400 },
  {
    name: '100,000 arrays in the parameters of a tool',
    make: () =>
      request(`"tools":[{"type":"function","function":{"name":"f","parameters":{"a":${nested(100_000)}}}}]`),
    status: 400,
  },
  {
    name: '100,000 arrays in metadata',
    make: () => request(`"metadata":{"a":${nested(100_000)}}`),
    status: 400,
  },
  {
    name: '100,000 objects in the schema of response_format',
    make: () =>
      request(
        `"response_format":{"type":"json_schema","json_schema":{"name":"x","schema":${nestedObjects(100_000)}}}`,
      ),
    status: 400,
  },
  {
    name: '100,000 arrays in content',
    make: () => request('', `"messages":[{"role":"user","content":${nested(100_000)}}]`),
    status: 400,
  },
  {
    name: 'a string of 10 MB',
    make: () => request('', `"messages":[{"role":"user","content":"${'x'.repeat(10_000_000)}"}]`),
    status: 200,
  },
  {
    name: 'a string of 10 MB in escapes',
    make: () => request('', `"messages":[{"role":"user","content":"${'\\u00e9'.repeat(1_666_666)}"}]`),
    status: 200,
  },
  {
    name: 'a model name of 10 MB',
    make: () => Buffer.from(`{"model":"${'x'.repeat(10_000_000)}",${question}}`),
    status: 404,
  },
  { name: 'a key of 1 MB', make: () => request(`"${'k'.repeat(1_000_000)}":1`), status: 200 },
  {
    name: 'a thousand keys of 1 KB',
    make: () => request(Array.from({ length: 1000 }, (_, index) => `"${'k'.repeat(1000)}${index}":1`).join()),
    status: 200,
  },
  {
    name: 'a million keys',
    make: () => request(Array.from({ length: 1e6 }, (_, index) => `"k${index}":1`).join()),
    status: 400,
  },
  {
    name: 'a metadata key of 1 MB',
    make: () => request(`"metadata":{"${'k'.repeat(1_000_000)}":"v"}`),
    status: 400,
  },
  {
    name: 'half a million tools',
    make: () => request(`"tools":[${Array(500_000).fill(tool).join()}]`),
    status: 400,
  },
  {
    name: 'a million tools',
    make: () => request(`"tools":[${Array(1_000_000).fill('{}').join()}]`),
    status: 400,
  },
  {
    name: 'a million stop sequences',
    make: () => request(`"stop":[${Array(1_000_000).fill('"a"').join()}]`),
    status: 400,
  },
  {
    name: '200,000 messages',
    make: () =>
      request('', `"messages":[${Array(200_000).fill('{"role":"user","content":"hello"}').join()}]`),
    status: 200,
  },
  {
    name: '200,000 messages, the last of them wrong',
    make: () =>
      request(
        '',
        `"messages":[${Array(200_000).fill('{"role":"user","content":"x"}').join()},{"role":"user"}]`,
      ),
    status: 400,
  },
  {
    name: '200,000 messages, all of them wrong',
    make: () => request('', `"messages":[${Array(200_000).fill('{"role":"robot","content":7}').join()}]`),
    status: 400,
  },
  {
    name: '100,000 tool calls and no answer to them',
    make: () => {
      const calls = Array.from(
        { length: 100_000 },
        (_, index) => `{"id":"c${index}","type":"function","function":{"name":"f","arguments":""}}`,
      );
      return request('', `"messages":[{"role":"assistant","content":null,"tool_calls":[${calls.join()}]}]`);
    },
    status: 400,
  },
  {
    name: '100,000 content parts',
    make: () =>
      request(
        '',
        `"messages":[{"role":"user","content":[${Array(100_000).fill('{"type":"text","text":"x"}').join()}]}]`,
      ),
    status: 200,
  },
  {
    name: '32 MiB of spaces behind a request',
    make: () => Buffer.concat([request(''), Buffer.alloc(32 * 1024 * 1024 - request('').length, ' ')]),
    status: 200,
  },
  {
    name: 'a number of a million digits',
    make: () => request(`"seed":${'9'.repeat(1_000_000)}`),
    status: 400,
  },
];
