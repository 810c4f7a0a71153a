// The playground from the first word to the ledger: what streams, what it costs, what stops it, what goes wrong.
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { advanceBlocks, noBlocks } from '../../console/src/pages/playground/markdown/blocks.ts';
import { roleChunk, stream, text } from '../support/scripts/pieces.ts';
import { ask } from '../support/start-gateway.ts';
import { accessibilityProblems } from './axe.ts';
import {
  answered,
  answers,
  figure,
  messageField,
  playgroundPath,
  quickPath,
  say,
  startPlayground,
} from './playground/room.ts';
import { heldScene, markdownAnswer, scene } from './playground/scenes.ts';
import { type ConsoleStand, startBrowser } from './stand.ts';

/** How often a block of Markdown was read since, by the engine's own count of calls. */
async function countReadings(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page);
  await session.send('Profiler.enable');
  await session.send('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  return async () => {
    const { result } = await session.send('Profiler.takePreciseCoverage');
    const script = result.find(({ url }) => /rich-text-[^/]+\.js$/.test(url));
    if (!script) throw new Error('nothing was read');
    const source = await (await page.request.get(script.url)).text();
    const component = script.functions
      .filter(({ ranges: [range] }) =>
        /remarkPlugins:\w+,components:/.test(source.slice(range?.startOffset, range?.endOffset)),
      )
      .map(({ ranges: [range] }) => ({ size: (range?.endOffset ?? 0) - (range?.startOffset ?? 0), range }))
      .sort((a, b) => a.size - b.size)[0];
    if (!component) throw new Error('the component is not where it was');
    return component.range?.count ?? 0;
  };
}

const started = await startBrowser();
const suffix = 'missing' in started ? ` (${started.missing})` : '';

describe.skipIf('missing' in started)(`the playground${suffix}`, { timeout: 180_000 }, () => {
  let stand: ConsoleStand;
  beforeAll(async () => {
    if ('browser' in started) stand = await startPlayground(started.browser);
  });
  afterEach(() => {
    stand.upstream.always(scene);
    stand.upstream.requests.length = 0;
  });
  afterAll(async () => {
    await stand?.[Symbol.asyncDispose]();
    if ('browser' in started) await started.browser.close();
  });

  it('shows an answer as it streams, and the cost that the ledger has', async () => {
    await using opened = await stand.open(playgroundPath);
    const { page } = opened;
    const [said, over] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    stand.upstream.next(heldScene(said.promise, over.promise));
    await say(page, 'What does an LLM gateway do?');
    await page.getByRole('button', { name: /^Thinking/ }).waitFor();
    said.resolve();
    await page.getByText('Chooses a target').waitFor();
    await page.getByRole('button', { name: 'Stop' }).waitFor();
    over.resolve();
    const answer = await answered(page);
    await answer.getByText('Finished').waitFor();
    // Folded once the answer began, and there for whoever asks.
    const thoughts = answer.getByRole('group', { name: 'Reasoning' });
    await expect.poll(() => thoughts.count()).toBe(0);
    await answer.getByRole('button', { name: /^Thought for/ }).click();
    await thoughts.getByText('compare the stores').waitFor();

    await figure(answer, 'Cost').getByRole('link').waitFor();
    const { data } = await stand.get('/requests');
    expect(data[0]).toMatchObject({ model: 'gpt-5.1', key_name: 'Playground (ada@example.com)' });
    expect(await figure(answer, 'Cost').textContent()).toBe('$0.00318');
    expect(data[0].cost_usd).toBe('0.00318');
    expect(await figure(answer, 'Tokens').textContent()).toBe('48 → 312 (38 reasoning)');
    expect(await figure(answer, 'First token').textContent()).toMatch(/^[\d.]+ m?s$/);
    const link = await figure(answer, 'Cost').getByRole('link').getAttribute('href');
    expect(link).toBe(`/requests/${data[0].id}`);
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  it('draws Markdown and nothing that could do harm', async () => {
    await using opened = await stand.open(playgroundPath);
    const { page } = opened;
    await say(page, 'What does an LLM gateway do?');
    const answer = await answered(page);
    await answer.getByRole('cell', { name: 'PostgreSQL' }).waitFor();
    await expect.poll(() => answer.getByRole('listitem').count()).toBe(4);
    await expect.poll(() => answer.getByText('<script>alert(1)</script>').count()).toBe(1);
    await answer.getByText('Budgets are hard').waitFor();
    expect(await answer.locator('img, script, iframe').count()).toBe(0);
    await answer.getByText('Image: a picture (not loaded)').waitFor();
    const link = answer.getByRole('link', { name: 'the reference' });
    expect(await link.getAttribute('rel')).toBe('noopener noreferrer nofollow');
    await answer.getByRole('button', { name: 'Copy python' }).waitFor();
  });

  it('reads finished blocks of a long answer once', async () => {
    await using opened = await stand.open(playgroundPath);
    const { page } = opened;
    // The parser is loaded, so that its calls are counted from the first on.
    await say(page, 'one');
    await answered(page);
    const count = await countReadings(page);
    await page.evaluate(`(() => {
      globalThis.drawn = 0;
      const next = () => { drawn++; requestAnimationFrame(next); };
      next();
    })()`);
    await say(page, 'perf 24');
    await answered(page, 2);
    await expect.poll(() => page.locator('article ol').count()).toBe(24);
    const blocks = advanceBlocks(noBlocks, `${markdownAnswer}\n\n`.repeat(24)).finished.length + 1;
    // Each finished block once, and the last one at most once a picture. All of them for each picture would be far more.
    const pictures = await page.evaluate<number>('drawn');
    expect(await count()).toBeLessThan(blocks + pictures + 20);
  });

  it('follows the newest until the reader scrolls up', async () => {
    await using opened = await stand.open(playgroundPath);
    const { page } = opened;
    // Far longer than this takes on a busy machine: it is stopped at the end.
    await say(page, 'perf 240');
    const frame = page.getByRole('group', { name: 'Conversation with gpt-5.1' });
    const left = () =>
      frame.evaluate((box) => {
        const { scrollHeight, clientHeight, scrollTop } = box as unknown as Record<string, number>;
        return (scrollHeight ?? 0) - (clientHeight ?? 0) - (scrollTop ?? 0);
      });
    await page.locator('article[aria-busy=true] table').nth(3).waitFor();
    await expect.poll(left, { timeout: 20_000 }).toBeLessThan(60);
    await frame.hover();
    await page.mouse.wheel(0, -400);
    const back = page.getByRole('button', { name: 'To the newest' });
    await back.waitFor();
    const place = await frame.evaluate((box) => (box as unknown as { scrollTop: number }).scrollTop);
    await page.locator('article table').nth(14).waitFor();
    expect(await frame.evaluate((box) => (box as unknown as { scrollTop: number }).scrollTop)).toBe(place);
    await back.click();
    await back.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Stop' }).click();
  });

  it('lets go of the end at the first turn of the wheel or key upwards, however fast the answer grows', async () => {
    await using opened = await stand.open(quickPath);
    const { page } = opened;
    await say(page, 'grow');
    await answered(page);
    const frame = page.getByRole('group', { name: 'Conversation with quick' });
    // A piece with every picture, as fast as a browser can show one.
    await page.evaluate(`(() => {
      const piece = document.createElement('div');
      document.querySelector('[aria-label="Conversation with quick"]').firstElementChild.append(piece);
      let height = 0;
      const grow = () => {
        piece.style.height = (height += 30) + 'px';
        requestAnimationFrame(grow);
      };
      grow();
    })()`);
    const back = page.getByRole('button', { name: 'To the newest' });
    const top = () => frame.evaluate((box) => (box as unknown as { scrollTop: number }).scrollTop);
    const rests = async () => {
      const before = await top();
      await delay(200);
      return before === (await top());
    };
    await expect.poll(top).toBeGreaterThan(500);
    const upwards = [() => page.mouse.wheel(0, -120), () => frame.press('PageUp')];
    for (const move of [...upwards, ...upwards, ...upwards]) {
      await back.waitFor({ state: 'detached' });
      await frame.hover();
      await move();
      await back.waitFor();
      // Once the browser has glided there: it would take its glide to its end.
      await expect.poll(rests).toBe(true);
      await back.click();
    }
  });

  it('stops with Escape: the upstream is left, what came stays, and only that is paid', async () => {
    await using opened = await stand.open(playgroundPath);
    const { page } = opened;
    stand.upstream.next(stream([roleChunk, text('tick '), text('tick '), text('tick '), 'STALL']));
    await say(page, 'slow');
    await page.getByText('tick tick tick').waitFor();
    await page.keyboard.press('Escape');
    const answer = await answered(page);
    await answer.getByText('Stopped by you').waitFor();
    expect(await stand.upstream.last().closed).toBe('aborted');
    await figure(answer, 'Cost').getByRole('link').waitFor();
    const { data } = await stand.get('/requests');
    expect(data[0]).toMatchObject({ partial: true, state: 'settled', usage_source: 'estimated' });
    const ticks = ((await answer.textContent()) ?? '').match(/tick/g)?.length ?? 0;
    expect(data[0].usage.output_tokens).toBeLessThanOrEqual(ticks + 3);
  });

  it('says what broke in the middle, keeps what came, and asks again', async () => {
    await using opened = await stand.open(quickPath);
    const { page } = opened;
    await say(page, 'Please fail');
    const failed = await answered(page);
    await failed.getByText('So far so').waitFor();
    await failed.getByRole('alert').getByText('upstream_error').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    stand.upstream.always((answer) => {
      answer.request.body.messages = [{ role: 'user', content: 'now' }];
      return scene(answer);
    });
    await failed.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('You said: now').waitFor();
    await page.getByText('2 / 2').waitFor();
    await page.getByRole('button', { name: 'Earlier version of this answer' }).click();
    await page.getByText('So far so').waitFor();
  });

  it('says what a limit refused, and what to do', async () => {
    const { id } = await stand.post('/projects', { name: 'tight' });
    await stand.post('/limits', { scope: { project: id }, metric: 'requests', window: 'day', amount: 1 });
    await using opened = await stand.open(quickPath);
    const { page, guard } = opened;
    guard.allow(/429/);
    await page.getByRole('combobox', { name: 'Project' }).click();
    await page.getByRole('option', { name: 'tight' }).click();
    await say(page, 'one');
    await page.getByText('You said: one').waitFor();
    await say(page, 'two');
    const alert = page.getByRole('article').getByRole('alert');
    await alert.getByText('429').waitFor();
    await alert.getByText('under Limits').waitFor();
  });

  it('goes to what was just sent, wherever the reader was', async () => {
    await using opened = await stand.open(quickPath);
    const { page } = opened;
    const long = Array.from({ length: 60 }, (_, line) => `line ${line}`).join('\n');
    await say(page, long);
    await page.getByText('You said: line 0').waitFor();
    await page.mouse.move(500, 300);
    const first = page.getByText('line 0').first();
    await expect
      .poll(
        async () => {
          await page.mouse.wheel(0, -5_000);
          return (await first.boundingBox())?.y ?? -1;
        },
        { timeout: 20_000 },
      )
      .toBeGreaterThan(0);
    await say(page, '[stay](javascript:alert(1)) [keys](/keys) [out](https://example.com/)');
    const last = page.getByRole('article').last();
    await last.getByRole('link', { name: 'out' }).waitFor();
    await expect
      .poll(async () => (await last.boundingBox())?.y ?? Number.POSITIVE_INFINITY, { timeout: 20_000 })
      .toBeLessThan(900);
    // What a model may not link to is text, not a link to this page. The other link is to the request, once it has its cost.
    await figure(last, 'Cost').getByRole('link').waitFor();
    expect(await last.getByRole('link').count()).toBe(2);
    await last.getByText('stay').waitFor();
  });

  it('asks for another secret when its own has ended, without a word', async () => {
    await using opened = await stand.open(quickPath);
    const { page, guard } = opened;
    guard.allow(/401/);
    const issued = page.waitForResponse((response) => response.url().endsWith('/playground/key'));
    await say(page, 'one');
    await page.getByText('You said: one').waitFor();
    const { data } = await stand.get('/requests');
    await stand.post(`/keys/${data[0].key_id}/revoke`);
    // The cache of keys may know the old one for a second.
    const { key } = (await (await issued).json()) as { key: string };
    const withOld = async () => (await stand.gateway.chat(ask({ model: 'nothing' }), { key })).status;
    await expect.poll(withOld).toBe(401);
    await say(page, 'two');
    await page.getByText('You said: two').waitFor();
    await answered(page, 2);
    expect(await answers(page).count()).toBe(2);
    expect(await page.getByRole('article').getByRole('alert').count()).toBe(0);
  });

  it('keeps no secret where a script or another page could find it', async () => {
    await using opened = await stand.open(quickPath);
    const { page } = opened;
    const issued = page.waitForResponse((response) => response.url().endsWith('/playground/key'));
    await say(page, 'one');
    const { key } = (await (await issued).json()) as { key: string };
    await page.getByText('You said: one').waitFor();
    await expect.poll(() => page.url(), { timeout: 20_000 }).toContain('conversation=');
    const stored = `(async () => {
      const rows = [];
      for (const { name } of await indexedDB.databases()) {
        const database = await new Promise((done) => { indexedDB.open(name).onsuccess = (event) => done(event.target.result); });
        for (const store of database.objectStoreNames) {
          rows.push(await new Promise((done) => { database.transaction(store).objectStore(store).getAll().onsuccess = (event) => done(event.target.result); }));
        }
        database.close();
      }
      return JSON.stringify(rows);
    })()`;
    await expect.poll(() => page.evaluate<string>(stored)).toContain('You said: one');
    const elsewhere =
      'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href, document.documentElement.outerHTML])';
    const found = `${await page.evaluate(stored)} ${await page.evaluate(elsewhere)}`;
    expect(found).not.toContain(key);
    expect(found).not.toContain('sk-tg-');
    await messageField(page).waitFor();
  });
});
