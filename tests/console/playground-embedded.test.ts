// The playground with the model that comes with the gateway: loading is shown, a real one answers, and a stop reaches it.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLocalEngine } from '../../src/local/supervisor.ts';
import { realModel } from '../support/real-model.ts';
import { answered, figure, say, unfold } from './playground/room.ts';
import { type ConsoleStand, startBrowser, startConsole } from './stand.ts';

const [started, model] = [await startBrowser(), await realModel()];
const missing = 'missing' in started ? started.missing : 'missing' in model ? model.missing : undefined;
const suffix = missing === undefined ? '' : ` (${missing})`;

const threeHundredNumbers = JSON.stringify({
  type: 'object',
  properties: { numbers: { type: 'array', items: { type: 'integer' }, minItems: 300 } },
  required: ['numbers'],
  additionalProperties: false,
});

describe.skipIf(missing !== undefined)(`the embedded model${suffix}`, { timeout: 240_000 }, () => {
  let stand: ConsoleStand;
  let folder: string;
  beforeAll(async () => {
    if ('missing' in started || 'missing' in model) return;
    folder = await mkdtemp(join(tmpdir(), 'tollgate-playground-'));
    const engine = createLocalEngine({ setting: model.path, dataFolder: folder, environment: {} });
    stand = await startConsole(started.browser, { engine });
  });
  afterAll(async () => {
    await stand?.[Symbol.asyncDispose]();
    if ('browser' in started) await started.browser.close();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  it('answers in the playground, and stops when it is told to', async () => {
    await using opened = await stand.open('/playground?model=gpt-5.1-chat');
    const { page } = opened;
    await expect
      .poll(
        async () => {
          const { data } = await stand.get('/playground/models');
          return data.find(({ name }: { name: string }) => name === 'gpt-5.1-chat');
        },
        { timeout: 180_000 },
      )
      .toMatchObject({ state: 'ready', providers: ['local'] });
    await say(page, 'Say hello in one short sentence.');
    const answer = await answered(page);
    await answer.getByText(/Finished|Cut off/).waitFor();
    await figure(answer, 'Cost').getByRole('link').waitFor();
    await expect.poll(() => figure(answer, 'Cost').textContent()).toBe('$0.00');
    const { data } = await stand.get('/requests');
    expect(data[0]).toMatchObject({ provider: 'local', usage_source: 'reported', partial: false });
    const tokens = await figure(answer, 'Tokens').textContent();
    expect(tokens).toBe(`${data[0].usage.input_tokens} → ${data[0].usage.output_tokens}`);

    // What a small model says to a question may be over before one has stopped it: a schema makes it long.
    await unfold(page, 'Answer format');
    await page.getByRole('radio', { name: 'JSON schema' }).click();
    await page.getByLabel('Schema', { exact: true }).fill(threeHundredNumbers);
    await say(page, 'Count from one to three hundred.');
    await page.locator('article[aria-busy=true] pre').first().waitFor();
    await page.keyboard.press('Escape');
    const stopped = await answered(page, 2);
    await stopped.getByText('Stopped by you').waitFor();
    await figure(stopped, 'Cost').getByRole('link').waitFor();
    expect((await stand.get('/requests')).data[0]).toMatchObject({ partial: true, state: 'settled' });
  });
});
