// "Copy as code" is run as it is copied: by the shell, by Node with OpenAI's client, and by Python where its client is there. What
// arrives at the gateway's address is the request that the playground sends.
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type CodeLanguage,
  codeLanguages,
  keyVariable,
  toCode,
} from '../../../console/src/pages/playground/code/to-code.ts';
import {
  buildRequest,
  type ChatRequestBody,
} from '../../../console/src/pages/playground/conversation/build-request.ts';
import { emptySetup } from '../../../console/src/pages/playground/conversation/session.ts';

const awkward = [
  `It's "quoted" \\ back\\\\slash $HOME \`id\` \${x} %s`,
  'Line\nbreak\ttab\r\u0000\u0007\u2028\u2029\u007f',
  'JSON',
  'JSON\nJSON_',
  '👋🏽 漢字 ‏عربى',
  `''' """ <<'EOF' # // /* */`,
  '',
].join('\n');

const request = buildRequest(
  'my "model"',
  {
    ...emptySetup,
    system: awkward,
    parameters: { temperature: 0.25, seed: -7, stop: ['a', "'"], max_completion_tokens: 50 },
    tools: [
      {
        id: '1',
        name: 'look_up',
        description: awkward,
        parameters: '{"type":"object","properties":{"a b":{"enum":[null,true,false,1e21,-0.5]},"c":{}}}',
        strict: true,
      },
    ],
    format: { type: 'json_schema', name: 'x', schema: '{"type":"object"}', strict: true },
  },
  [
    {
      role: 'user',
      text: awkward,
      images: [{ name: 'x', url: 'data:image/png;base64,AA==', width: 1, height: 1, bytes: 1 }],
    },
  ],
);

/** What the programs send, without what is only for the page. */
const sent = ({ stream_options: _, ...body }: ChatRequestBody) => body;

const received: { authorization: string | undefined; body: ChatRequestBody }[] = [];
const server = createServer(async (incoming, outgoing) => {
  const pieces: Buffer[] = [];
  for await (const piece of incoming) pieces.push(piece as Buffer);
  received.push({
    authorization: incoming.headers.authorization,
    body: JSON.parse(Buffer.concat(pieces).toString()) as ChatRequestBody,
  });
  outgoing.writeHead(200, { 'content-type': 'text/event-stream' });
  const delta = (choice: object) => `data: ${JSON.stringify({ id: 'x', choices: [choice] })}\n\n`;
  outgoing.write(delta({ index: 0, delta: { role: 'assistant', content: 'Hel' }, finish_reason: null }));
  const calls = [{ index: 0, id: 'c', type: 'function', function: { name: 'look_up', arguments: '{}' } }];
  outgoing.write(delta({ index: 0, delta: { tool_calls: calls }, finish_reason: null }));
  outgoing.write(delta({ index: 0, delta: { content: 'lo' }, finish_reason: 'stop' }));
  outgoing.end('data: [DONE]\n\n');
});

let origin: string;
let folder: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  // Inside the project, so that Node finds the client.
  folder = mkdtempSync(join(import.meta.dirname, '.to-code-'));
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

function missing(command: string, ...args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return false;
  } catch {
    return true;
  }
}

interface Program {
  readonly command: string;
  readonly file: string;
  readonly missing: boolean;
  readonly printed: RegExp;
}

const programs: Readonly<Record<CodeLanguage, Program>> = {
  curl: {
    command: 'sh',
    file: 'request.sh',
    missing: missing('curl', '--version'),
    printed: /data: .*\[DONE\]/s,
  },
  python: {
    command: 'python3',
    file: 'request.py',
    missing: missing('python3', '-c', 'import openai'),
    printed: /^Hellook_up {}lo\n$/,
  },
  javascript: {
    command: process.execPath,
    file: 'request.mjs',
    missing: false,
    printed: /^Hellook_up{}lo\n$/,
  },
};

describe.each(codeLanguages)('as %s', (language) => {
  const { command, file, missing: none, printed } = programs[language];

  it.skipIf(none)('it runs, and sends the same request', { timeout: 60_000 }, async () => {
    const path = join(folder, file);
    writeFileSync(path, toCode(language, origin, request));
    received.length = 0;
    const { stdout } = await promisify(execFile)(command, [path], {
      env: { ...process.env, [keyVariable]: 'sk-tg-test', no_proxy: '127.0.0.1' },
    });
    expect(received.map(({ authorization }) => authorization)).toEqual(['Bearer sk-tg-test']);
    expect(sent(received[0]?.body as ChatRequestBody)).toEqual(sent(request));
    expect(stdout).toMatch(printed);
  });
});

describe('Python', () => {
  it.skipIf(missing('python3', '--version'))('reads every text and number as it was meant', () => {
    const code = toCode('python', origin, request);
    const check = [
      'import ast, json, sys',
      'call = [n for n in ast.walk(ast.parse(sys.stdin.read())) if isinstance(n, ast.Call) and getattr(n.func, "attr", "") == "create"][0]',
      'print(json.dumps({k.arg: ast.literal_eval(k.value) for k in call.keywords}))',
    ].join('\n');
    const printed = execFileSync('python3', ['-c', check], {
      input: code,
      env: { ...process.env, PYTHONIOENCODING: 'utf-8' },
    });
    expect(JSON.parse(printed.toString())).toEqual(sent(request));
  });
});
