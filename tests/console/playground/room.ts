// The playground of a real gateway in a real browser: what every test of it does, by the names a person sees.
import type { Browser, Locator, Page } from 'playwright-core';
import { type ConsoleStand, startConsole } from '../stand.ts';
import { scene } from './scenes.ts';

/** `gpt-5.1` answers at a model's pace, `quick` at once, `blind` takes nothing but text; all of them are `scene`. */
export async function startPlayground(browser: Browser): Promise<ConsoleStand> {
  const to = (model: string) => [[{ provider: 'first', model }]];
  const stand = await startConsole(browser, {
    models: {
      'gpt-5.1': {
        price: { input: 1.25, cached_input: 0.125, output: 10 },
        context_window: 400_000,
        max_output_tokens: 128_000,
        route: to('paced'),
      },
      quick: { price: 'free', context_window: 32_768, route: to('quick') },
      blind: {
        price: 'free',
        capabilities: { images: false, tools: false, json_schema: false },
        route: to('quick'),
      },
    },
  });
  stand.upstream.always(scene);
  return stand;
}

export const playgroundPath = '/playground?model=gpt-5.1';
export const quickPath = '/playground?model=quick';

export const messageField = (page: Page): Locator => page.getByRole('textbox', { name: 'Message' });

/** Of the message, while it may or may not be pressed. */
export const sendButton = (page: Page, disabled: boolean): Locator =>
  page.getByRole('button', { name: 'Send', exact: true, disabled });

/** As soon as the answer before is over: until then nothing is sent. */
export async function say(page: Page, text: string): Promise<void> {
  await messageField(page).fill(text);
  await sendButton(page, false).waitFor();
  await messageField(page).press('Control+Enter');
}

/** Answers that are there in full, of all lanes. */
export const answers = (page: Page): Locator => page.locator('article[aria-busy=false]');

export async function answered(page: Page, count = 1): Promise<Locator> {
  const last = answers(page).nth(count - 1);
  await last.waitFor();
  return last;
}

/** A figure under an answer: `Cost`, `Tokens`. */
export const figure = (answer: Locator, label: string): Locator =>
  answer.locator('[data-figures] div').filter({ hasText: label }).locator('dd');

/** Opens a part of the settings that is folded. */
export const unfold = (page: Page, title: string): Promise<void> =>
  page.locator('summary').filter({ hasText: title }).click();
