// The code samples of /docs do what they say: what the copy button gives is run by a shell, Node and Python, and the
// upstream gets the request of the form.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pythonClient } from '../support/python-client.ts';
import {
  chunk,
  done,
  finish,
  goodStream,
  roleChunk,
  stream,
  usageChunk,
} from '../support/scripted-upstream.ts';
import { startBrowser } from './browser.ts';
import { type ReferenceStand, startReferenceStand } from './reference-stand.ts';

const run = promisify(execFile);
const python = await pythonClient();
const curl = await run('curl', ['--version']).then(
  () => '',
  (error) => `no curl: ${error}`,
);
const started = await startBrowser();
const suffix = 'missing' in started ? ` (${started.missing})` : '';
/** Beside the packages, so that the samples find the official client. */
const cache = fileURLToPath(new URL('../../node_modules/.cache/', import.meta.url));

const tools = [{ type: 'function', function: { name: 'get_weather' } }];
const piece = (call: object) => chunk({ tool_calls: [{ index: 0, ...call }] });
const callingStream = [
  roleChunk,
  piece({ id: 'call_1', type: 'function', function: { name: 'get_weather', arguments: '' } }),
  piece({ function: { arguments: '{"city":"Vienna"}' } }),
  finish('tool_calls'),
  usageChunk(),
  done,
];

/** What shells, JavaScript and Python each have to be careful with. */
const nasty = `It's a "test": $HOME \`id\` \\n \\ %s {x} </script> ünï 🙂\nsecond line\ttab`;
const base = {
  model: 'test-model',
  messages: [{ role: 'user', content: nasty }],
  temperature: 0.5,
  stop: ['a\'"b'],
  metadata: { 'a-b': 'c', 'd e': "f'g" },
  logit_bias: {},
  store: false,
};

describe.skipIf('missing' in started)(`code samples${suffix}`, { timeout: 180_000 }, () => {
  let stand: ReferenceStand;
  let folder: string;
  beforeAll(async () => {
    if ('browser' in started) stand = await startReferenceStand(started.browser);
    await mkdir(cache, { recursive: true });
    folder = await mkdtemp(join(cache, 'samples-'));
  });
  afterAll(async () => {
    await stand?.[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  const runners: Record<string, (code: string) => Promise<string>> = {
    curl: async (code) => {
      const { stdout } = await run('sh', ['-c', code], { env: environment() });
      return stdout;
    },
    JavaScript: async (code) => {
      const file = join(folder, 'sample.mjs');
      await writeFile(file, code);
      const { stdout } = await run(process.execPath, [file], { env: environment() });
      return stdout;
    },
    Python: async (code) => {
      if ('missing' in python) throw new Error(python.missing);
      const file = join(folder, 'sample.py');
      const setup = `import os\nos.environ["TOLLGATE_API_KEY"] = ${JSON.stringify(stand.gateway.key)}\n`;
      await writeFile(file, setup + code);
      const child = python.start(pathToFileURL(file), []);
      const [output, errors] = await Promise.all([child.stdout.toArray(), child.stderr.toArray()]);
      return Buffer.concat([...output, ...errors]).toString();
    },
  };
  const environment = () => ({ ...process.env, TOLLGATE_API_KEY: stand.gateway.key });

  /** What the copy button of a card puts on the clipboard. */
  async function copied(page: Page, id: string, language: string): Promise<string> {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const card = page.locator(`[data-samples="${id}"]`);
    await card.locator('[role=tab]', { hasText: language }).click();
    // Seen from within the page, since the button says it for a moment only.
    const said = page.evaluate<string>(`new Promise((done) => {
      const button = document.querySelector('[data-samples="${id}"] [data-copy]');
      new MutationObserver(() => done(button.textContent)).observe(button, { childList: true });
    })`);
    await card.locator('[data-copy]').click();
    expect(await said).toBe('Copied');
    return page.evaluate<string>('navigator.clipboard.readText()');
  }

  const absent: Record<string, string> = { curl, Python: 'missing' in python ? python.missing : '' };
  describe.each(Object.keys(runners))('%s', (language) => {
    const why = absent[language] ? ` (${absent[language]})` : '';

    it.skipIf(why).each([
      ['a whole answer', {}, 'Hello, world!'],
      ['a stream', { stream: true }, 'streamed words'],
      ['a stream with calls', { stream: true, tools }, 'get_weather'],
      ['fields the clients do not know', { top_k: 5, 'odd-name': [null, true, {}], n: 1 }, 'Hello, world!'],
    ])(`sends what the form says: %s${why}`, async (_, members, expected) => {
      const body = { ...base, ...members };
      await using opened = await stand.open();
      const { page } = opened;
      await page.click('#chat-request-tab-1');
      await page.fill('#chat-json', JSON.stringify(body));
      const code = await copied(page, 'createChatCompletion', language);
      expect(code).not.toContain(stand.gateway.key);
      if ('tools' in members) stand.upstream.next(stream(callingStream));
      else if ('stream' in members) stand.upstream.next(stream(goodStream('streamed ', 'words')));
      const before = stand.upstream.requests.length;
      const output = await runners[language]?.(code);
      // The curl sample prints the events as they are.
      const shown = language === 'curl' ? output?.replace(/"}.*?"content":"/gs, '') : output;
      expect(shown).toContain(expected);
      expect(stand.upstream.requests.length).toBe(before + 1);
      const { stream_options, ...sent } = stand.upstream.last().body;
      expect(sent).toEqual({ ...body, model: 'upstream-model', ...addedByTheGateway(sent) });
    });

    it.skipIf(why).each([
      ['listModels', 'test-model'],
      ['retrieveModel', 'free-model'],
      ['getHealth', 'uptime_seconds'],
      ['getReadiness', 'checks'],
    ])(`reads: %s${why}`, async (id, expected) => {
      await using opened = await stand.open();
      if (id === 'retrieveModel') await opened.page.fill('#retrieveModel-id', 'free-model');
      const output = await runners[language]?.(await copied(opened.page, id, language));
      expect(output).toContain(expected);
    });
  });
});

/** The cap that a request without one gets on its way. */
function addedByTheGateway(sent: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(sent).filter(([name]) => name === 'max_tokens' || name === 'max_completion_tokens'),
  );
}
