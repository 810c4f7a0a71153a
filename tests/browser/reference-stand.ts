// The reference page of a real gateway in front of a scripted upstream, in a real browser.
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { type ScriptedUpstream, startUpstream } from '../support/scripted-upstream.ts';
import { startGateway, type TestGateway } from '../support/start-gateway.ts';
import { type OpenPage, openPage } from './browser.ts';

export interface ReferenceStand extends AsyncDisposable {
  readonly upstream: ScriptedUpstream;
  readonly gateway: TestGateway;
  open(options?: BrowserContextOptions): Promise<OpenPage>;
  /** The page with the key in it and the test's model picked. */
  ready(options?: BrowserContextOptions): Promise<OpenPage>;
}

export async function startReferenceStand(browser: Browser): Promise<ReferenceStand> {
  const upstream = await startUpstream();
  const gateway = await startGateway({ upstreams: [upstream.url] });
  const open = (options: BrowserContextOptions = {}) => openPage(browser, `${gateway.url}/docs`, options);
  return {
    upstream,
    gateway,
    open,
    async ready(options) {
      const opened = await open(options);
      const { page } = opened;
      await page.fill('#chat-key', gateway.key);
      const model = page.locator('#chat-model option', { hasText: 'test-model' });
      await model.waitFor({ state: 'attached' });
      await page.selectOption('#chat-model', 'test-model');
      return opened;
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
      await gateway[Symbol.asyncDispose]();
      await upstream[Symbol.asyncDispose]();
    },
  };
}

export const chatForm = '[data-try-chat]';

export function send(page: Page): Promise<void> {
  return page.click(`${chatForm} [type=submit]`);
}

/** Resolves when the answer's state says so. */
export function state(page: Page, words: string | RegExp): Promise<void> {
  return page.locator(`${chatForm} .state`, { hasText: words }).waitFor();
}

export async function textOf(page: Page, selector: string): Promise<string> {
  return (await page.locator(selector).first().textContent()) ?? '';
}

export function answerText(page: Page): Promise<string> {
  return textOf(page, `${chatForm} .answer-text`);
}
