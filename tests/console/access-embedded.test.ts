// The first run as a person has it: nothing is configured, the model that comes with the gateway loads while they type, and answers.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLocalEngine } from '../../src/local/supervisor.ts';
import { realModel } from '../support/real-model.ts';
import { type ConsoleStand, startBrowser, startConsole } from './stand.ts';

const [started, model] = [await startBrowser(), await realModel()];
const missing = 'missing' in started ? started.missing : 'missing' in model ? model.missing : undefined;
const suffix = missing === undefined ? '' : ` (${missing})`;

/** The answer at one moment. */
interface Written {
  /** Characters. */
  readonly length: number;
  readonly stoppable: boolean;
}

/** Notes the answer in the page each time it changes: whoever looks from outside may come when it has been written. */
const noteAnswer = `(() => {
  const answer = document.querySelector('section[aria-label=Answer]');
  window.written = [];
  new MutationObserver(() => window.written.push({
    length: answer.textContent.length,
    stoppable: [...document.querySelectorAll('button')].some((button) => button.textContent === 'Stop'),
  })).observe(answer, { subtree: true, childList: true, characterData: true });
})()`;

describe.skipIf(missing !== undefined)(`the first run${suffix}`, { timeout: 240_000 }, () => {
  let stand: ConsoleStand;
  let folder: string;
  beforeAll(async () => {
    if ('missing' in started || 'missing' in model) return;
    folder = await mkdtemp(join(tmpdir(), 'tollgate-first-run-'));
    const engine = createLocalEngine({ setting: model.path, dataFolder: folder, environment: {} });
    stand = await startConsole(started.browser, { engine });
  });
  afterAll(async () => {
    await stand?.[Symbol.asyncDispose]();
    if ('browser' in started) await started.browser.close();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  it('ends in an answer of the embedded model, written as one looks on', async () => {
    await using opened = await stand.open(`/#setup=${stand.token}`, { signedIn: false });
    const { page } = opened;
    await page.getByLabel('Your name').fill('Ada Lovelace');
    await page.getByLabel('E-mail address').fill('ada@example.com');
    await page.getByLabel('Password', { exact: true }).fill('violet tollbooth lantern 9417');
    await page.getByRole('button', { name: 'Create administrator' }).click();
    await page.getByTestId('first-key').waitFor();
    await page.getByLabel('Model').selectOption('gpt-5.1');
    await page.getByText('Ready · answered by the embedded model').waitFor({ timeout: 180_000 });
    await page.getByRole('region', { name: 'Answer' }).waitFor();
    await page.evaluate(noteAnswer);
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByText('in the ledger').waitFor({ timeout: 180_000 });
    const written = await page.evaluate<readonly Written[]>('written');
    // Grew: what was there when it had begun, and could be stopped, was not yet all.
    const begun = written.find(({ length, stoppable }) => stoppable && length > 0);
    expect(begun).toBeDefined();
    expect(written.at(-1)?.length).toBeGreaterThan(begun?.length ?? Number.POSITIVE_INFINITY);
    const { data } = await stand.get('/requests');
    expect(data[0]).toMatchObject({
      provider: 'local',
      model: 'gpt-5.1',
      stream: true,
      state: 'settled',
      partial: false,
    });
    const tokens = data[0].usage.output_tokens.toLocaleString('en-US');
    await page.getByText(`${tokens} tokens`, { exact: true }).waitFor();
  });
});
