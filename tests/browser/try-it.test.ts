// /docs in a real browser, used: requests are sent with the key, streams are shown as they come, errors say what to do.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  choice,
  chunk,
  completion,
  done,
  event,
  finish,
  refusal,
  roleChunk,
  type Step,
  stream,
  text,
  usageChunk,
  whole,
} from '../support/scripted-upstream.ts';
import { startBrowser } from './browser.ts';
import {
  answerText,
  chatForm,
  type ReferenceStand,
  send,
  startReferenceStand,
  state,
  textOf,
} from './reference-stand.ts';

const started = await startBrowser();
const suffix = 'missing' in started ? ` (${started.missing})` : '';

describe.skipIf('missing' in started)(
  `trying requests on the reference page${suffix}`,
  { timeout: 180_000 },
  () => {
    let stand: ReferenceStand;
    beforeAll(async () => {
      if ('browser' in started) stand = await startReferenceStand(started.browser);
    });
    afterAll(() => stand?.[Symbol.asyncDispose]());

    it('shows what is wrong with a wrong key, and the request id', async () => {
      await using opened = await stand.open();
      const { page } = opened;
      await page.fill('#chat-key', 'sk-tg-wrong');
      await page.locator('[data-models-note]', { hasText: 'Incorrect API key' }).waitFor();
      await send(page);
      await state(page, /^401$/);
      const shown = await textOf(page, `${chatForm} [data-answer]`);
      expect(shown).toContain('Incorrect API key provided');
      expect(shown).toContain('invalid_api_key');
      expect(shown).toMatch(/req_\w{10}/);
    });

    it('shows a stream while it comes: thoughts folded, then text, then the usage', async () => {
      const gates = [gate(), gate(), gate()];
      const steps: Step[] = [
        roleChunk,
        chunk({ reasoning_content: 'Think first. ' }),
        gates[0]?.opened ?? '',
        text('One, '),
        gates[1]?.opened ?? '',
        text('two, '),
        gates[2]?.opened ?? '',
        text('three. 🙂'),
        finish(),
        usageChunk({
          ...{ prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 },
          completion_tokens_details: { reasoning_tokens: 3 },
        }),
        done,
      ];
      await using opened = await stand.ready();
      const { page, problems } = opened;
      stand.upstream.next(stream(steps));
      await send(page);
      const thinking = page.locator(`${chatForm} details.thinking`);
      await thinking.waitFor();
      expect(await thinking.getAttribute('open')).toBeNull();
      expect(await thinking.locator('summary').textContent()).toBe('Thinking…');
      expect(await thinking.locator('p').textContent()).toBe('Think first. ');
      gates[0]?.open();
      await page.locator(`${chatForm} .answer-text`, { hasText: 'One,' }).waitFor();
      expect(await answerText(page)).not.toContain('two');
      await state(page, 'answering…');
      gates[1]?.open();
      await page.locator(`${chatForm} .answer-text`, { hasText: 'two,' }).waitFor();
      expect(await answerText(page)).not.toContain('three');
      gates[2]?.open();
      await state(page, /^200$/);
      expect(await answerText(page)).toBe('One, two, three. 🙂');
      const shown = await textOf(page, `${chatForm} [data-answer]`);
      expect(shown).toContain('11 in, 7 out, 3 of them thoughts; 18 in all');
      expect(shown).toContain('first/upstream-model');
      await page.locator(`${chatForm} [data-answer] [role=tab]`, { hasText: 'Raw' }).click();
      expect(await textOf(page, `${chatForm} .raw`)).toContain('data: [DONE]');
      expect(problems).toEqual([]);
    });

    it('cancels, and the upstream learns of it', async () => {
      await using opened = await stand.ready();
      const { page } = opened;
      const before = stand.upstream.requests.length;
      stand.upstream.next(stream([roleChunk, text('So far. '), 'STALL']));
      await send(page);
      await page.locator(`${chatForm} .answer-text`, { hasText: 'So far.' }).waitFor();
      expect(await page.locator(`${chatForm} [type=submit]`).isDisabled()).toBe(true);
      await page.click(`${chatForm} [data-cancel]`);
      await state(page, 'Cancelled');
      expect(await stand.upstream.requests[before]?.closed).toBe('aborted');
      expect(await answerText(page)).toBe('So far. ');
      expect(await page.locator(`${chatForm} [type=submit]`).isEnabled()).toBe(true);
    });

    it('shows what came before a stream broke off, and why', async () => {
      await using opened = await stand.ready();
      const { page } = opened;
      stand.upstream.next(
        stream([roleChunk, text('Half an ans'), event({ error: { message: 'boom' } }), 'END']),
      );
      await send(page);
      await state(page, '200, then an error');
      expect(await answerText(page)).toBe('Half an ans');
      expect(await textOf(page, `${chatForm} .error`)).toContain('upstream_error');
    });

    it('shows whole answers, tool calls and several choices', async () => {
      await using opened = await stand.ready();
      const { page } = opened;
      await page.uncheck('#chat-stream');
      const call = { id: 'call_1', type: 'function', function: { name: 'look_up', arguments: '{"a":1}' } };
      stand.upstream.next(
        whole(
          completion({
            choices: [
              choice({ message: { content: 'First.' } }),
              choice({
                index: 1,
                message: { content: null, tool_calls: [call] },
                finish_reason: 'tool_calls',
              }),
            ],
          }),
        ),
      );
      await page.click('.more > summary');
      await page.fill('#chat-n', '2');
      await send(page);
      await state(page, /^200$/);
      expect(stand.upstream.last().body).toMatchObject({ n: 2 });
      expect(stand.upstream.last().body.stream).toBeUndefined();
      const shown = await textOf(page, `${chatForm} [data-answer]`);
      expect(shown).toContain('Choice 1');
      expect(shown).toContain('look_up({"a":1})');
      expect(shown).toContain('Ended because of tool_calls');
    });

    it('shows a refusal of the gateway with its field', async () => {
      await using opened = await stand.ready();
      const { page } = opened;
      await page.click('#chat-request-tab-1');
      await page.fill('#chat-json', '{"model": "test-model", "messages": []}');
      await send(page);
      await state(page, /^400$/);
      const shown = await textOf(page, `${chatForm} .error`);
      expect(shown).toContain('empty_array');
      expect(shown).toContain('messages');
    });

    it('shows how long to wait', async () => {
      await using opened = await stand.ready();
      stand.upstream.next(
        refusal(429, { code: 'rate_limit_exceeded' }, { 'retry-after': '7', 'x-should-retry': 'false' }),
      );
      await send(opened.page);
      await state(opened.page, /^429$/);
      expect(await textOf(opened.page, `${chatForm} [data-answer]`)).toMatch(/Retry after \(s\)\s*7/);
    });

    it('tries what only reads', async () => {
      await using opened = await stand.ready();
      const { page, problems } = opened;
      await page.click('#listModels-try [type=submit]');
      await page.locator('#listModels-try .answer-content', { hasText: 'test-model' }).waitFor();
      await page.fill('#retrieveModel-id', 'free-model');
      await page.click('#retrieveModel-try [type=submit]');
      await page.locator('#retrieveModel-try .answer-content', { hasText: 'free-model' }).waitFor();
      await page.click('#getHealth-try [type=submit]');
      await page.locator('#getHealth-try .answer-content', { hasText: 'uptime_seconds' }).waitFor();
      expect(problems).toEqual([]);
    });
  },
);

function gate(): { opened: Promise<void>; open: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}
