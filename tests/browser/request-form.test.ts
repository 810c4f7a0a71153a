// The form of /docs in a real browser: the key, the models, and a request that is a form and JSON at the same time.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../support/scripted-upstream.ts';
import { startBrowser } from './browser.ts';
import {
  chatForm,
  type ReferenceStand,
  send,
  startReferenceStand,
  state,
  textOf,
} from './reference-stand.ts';

const started = await startBrowser();
const suffix = 'missing' in started ? ` (${started.missing})` : '';

describe.skipIf('missing' in started)(`the form of the reference page${suffix}`, { timeout: 180_000 }, () => {
  let stand: ReferenceStand;
  beforeAll(async () => {
    if ('browser' in started) stand = await startReferenceStand(started.browser);
  });
  afterAll(() => stand?.[Symbol.asyncDispose]());

  it('asks for a key before it sends anything', async () => {
    await using opened = await stand.open();
    const { page } = opened;
    const before = stand.upstream.requests.length;
    await send(page);
    await page.locator(`${chatForm} .problem`, { hasText: 'Enter your API key first.' }).waitFor();
    expect(await page.evaluate('document.activeElement.id')).toBe('chat-key');
    expect(stand.upstream.requests.length).toBe(before);
  });

  it('keeps the key in this tab only', async () => {
    await using opened = await stand.ready();
    const { page } = opened;
    await page.reload();
    expect(await page.inputValue('#chat-key')).toBe(stand.gateway.key);
    expect(await page.inputValue('#listModels-key')).toBe(stand.gateway.key);
    expect(await page.getAttribute('#chat-key', 'type')).toBe('password');
    const stored = await page.evaluate('[JSON.stringify(localStorage), document.cookie]');
    expect(stored).toEqual(['{}', '']);
    expect(await textOf(page, 'main')).not.toContain(stand.gateway.key);
    await page.fill('#chat-key', '');
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
  });

  it('offers the models of the key', async () => {
    await using opened = await stand.ready();
    const listed = await (
      await fetch(`${stand.gateway.url}/v1/models`, {
        headers: { authorization: `Bearer ${stand.gateway.key}` },
      })
    ).json();
    const offered = await opened.page.locator('#chat-model option').allTextContents();
    expect(offered).toEqual((listed as Json).data.map((model: Json) => model.id));
  });

  it('keeps form and JSON in step', async () => {
    await using opened = await stand.ready();
    const { page } = opened;
    const json = async () => JSON.parse(await page.inputValue('#chat-json'));
    await page.click('[data-add-message]');
    await page.locator('[data-messages] textarea').last().fill('And now?');
    await page.locator('[data-messages] select').last().selectOption('system');
    await page.click('.more > summary');
    await page.fill('#chat-temperature', '0.25');
    await page.selectOption('#chat-reasoning_effort', 'low');
    await page.fill('#chat-stop', 'END\nSTOP');
    expect(await json()).toMatchObject({
      model: 'test-model',
      temperature: 0.25,
      reasoning_effort: 'low',
      stop: ['END', 'STOP'],
      stream: true,
      stream_options: { include_usage: true },
    });
    expect((await json()).messages.at(-1)).toEqual({ role: 'system', content: 'And now?' });

    await page.click('#chat-request-tab-1');
    const image = { type: 'image_url', image_url: { url: 'https://example.com/a.png' } };
    const messages = [{ role: 'user', content: [image] }];
    const body = { model: 'free-model', messages, top_p: 0.5, seed: 7, top_k: 3 };
    await page.fill('#chat-json', JSON.stringify(body));
    await page.click('#chat-request-tab-0');
    expect(await page.inputValue('#chat-model')).toBe('free-model');
    expect(await page.inputValue('#chat-top_p')).toBe('0.5');
    expect(await page.inputValue('#chat-temperature')).toBe('');
    expect(await page.isChecked('#chat-stream')).toBe(false);
    expect(await textOf(page, '[data-messages]')).toContain('edit it as JSON');
    expect(await textOf(page, '[data-elsewhere]')).toBe('Set in the JSON tab: top_k');
    await page.fill('#chat-top_p', '');
    const { top_p, ...rest } = body;
    expect(await json()).toEqual(rest);
  });

  it('does not send what cannot be right', async () => {
    await using opened = await stand.ready();
    const { page } = opened;
    const before = stand.upstream.requests.length;
    await page.click('#chat-request-tab-1');
    await page.fill('#chat-json', '{"model": ');
    await send(page);
    await page.locator(`${chatForm} .problem`, { hasText: 'The JSON cannot be read' }).waitFor();
    await page.selectOption('#chat-example', { index: 2 });
    await page.click('#chat-request-tab-0');
    await page.click('.more > summary');
    await page.fill('#chat-temperature', '3');
    await send(page);
    await page.locator(`${chatForm} .problem`, { hasText: 'temperature: ' }).waitFor();
    expect(stand.upstream.requests.length).toBe(before);
  });

  it('lets JSON through that the gateway then refuses', async () => {
    await using opened = await stand.ready();
    const { page } = opened;
    const body = { model: 'test-model', messages: [{ role: 'user', content: 'Hi' }], temperature: 3 };
    await page.click('#chat-request-tab-1');
    await page.fill('#chat-json', JSON.stringify(body));
    await page.locator('#chat-json').press('Control+Enter');
    await state(page, /^400$/);
    expect(await textOf(page, `${chatForm} .error`)).toContain('decimal_above_max_value');
  });

  it('keeps what the user picked when the example changes', async () => {
    await using opened = await stand.ready();
    const { page } = opened;
    const json = async () => JSON.parse(await page.inputValue('#chat-json'));
    expect((await json()).stream).toBe(true);
    await page.uncheck('#chat-stream');
    await page.selectOption('#chat-example', { label: 'With a tool' });
    const { model, stream, stream_options, tools } = await json();
    expect([model, stream, stream_options, tools.length]).toEqual(['test-model', undefined, undefined, 1]);
    expect(await textOf(page, '[data-elsewhere]')).toBe('Set in the JSON tab: tools, tool_choice');
  });
});
