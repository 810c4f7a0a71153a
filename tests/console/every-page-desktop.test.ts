// Every place of the console on a desktop, in both colours, with data that is hard.
import { afterAll, beforeAll, describe, it } from 'vitest';
import { desktop, expectWholeLogin, expectWholePages } from './every-page.ts';
import { type Places, seedAwkward } from './seed-awkward.ts';
import { type ConsoleStand, startBrowser, startConsole } from './stand.ts';

const started = await startBrowser();
const suffix = 'missing' in started ? ` (${started.missing})` : '';

describe.skipIf('missing' in started)(`every page on a desktop${suffix}`, { timeout: 240_000 }, () => {
  let stand: ConsoleStand;
  let places: Places;
  beforeAll(async () => {
    if (!('browser' in started)) return;
    stand = await startConsole(started.browser);
    places = await seedAwkward(stand);
  });
  afterAll(async () => {
    await stand?.[Symbol.asyncDispose]();
    if ('browser' in started) await started.browser.close();
  });

  it.each(['light', 'dark'] as const)('is whole and accessible: %s', async (colorScheme) => {
    await expectWholePages(stand, places.paths, { viewport: desktop, colorScheme });
    await expectWholeLogin(stand, { viewport: desktop, colorScheme });
  });
});
