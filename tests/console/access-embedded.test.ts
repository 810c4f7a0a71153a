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
    await page.getByRole('button', { name: 'Send' }).click();
    const answer = page.getByRole('region', { name: 'Answer' });
    // Grows: what is there once it has begun is not yet all.
    await page.getByRole('button', { name: 'Stop' }).waitFor();
    await expect
      .poll(async () => (await answer.textContent())?.length ?? 0, { timeout: 120_000 })
      .toBeGreaterThan(0);
    const begun = (await answer.textContent())?.length ?? 0;
    await page.getByText('in the ledger').waitFor({ timeout: 180_000 });
    expect((await answer.textContent())?.length ?? 0).toBeGreaterThan(begun);
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
