// Which pictures of the console there are: where, and what is done before each is taken.
import type { Page } from 'playwright-core';
import type { Scene } from './console-scene.ts';

export interface Shot {
  readonly name: string;
  readonly path: string;
  /** `false`: as whoever has not signed in. */
  readonly signedIn?: boolean;
  /** Of the gateway that was just started. */
  readonly fresh?: boolean;
  readonly before?: (page: Page) => Promise<unknown>;
}

export function shotsOf({ keyId, requestId, fresh }: Scene): readonly Shot[] {
  return [
    { name: 'setup', path: `/#setup=${fresh.token}`, signedIn: false, fresh: true },
    { name: 'login', path: '/login', signedIn: false },
    { name: 'overview', path: '/' },
    { name: 'playground', path: '/playground', before: askInPlayground },
    { name: 'requests', path: '/requests' },
    { name: 'request', path: `/requests/${requestId}` },
    { name: 'usage', path: '/usage' },
    { name: 'keys', path: '/keys' },
    { name: 'key-new', path: '/keys?new=1', before: (page) => page.getByRole('dialog').waitFor() },
    { name: 'key', path: `/keys/${keyId}` },
    { name: 'projects', path: '/projects' },
    { name: 'limits', path: '/limits' },
    { name: 'members', path: '/members' },
    { name: 'models', path: '/models' },
    { name: 'model', path: '/models/gpt-5.1' },
    { name: 'providers', path: '/providers' },
    { name: 'provider', path: '/providers/openai' },
    { name: 'audit', path: '/audit', before: openChange },
    { name: 'settings', path: '/settings', before: nameUsualFolder },
    { name: 'account', path: '/account' },
    { name: 'palette', path: '/', before: openPalette },
  ];
}

async function askInPlayground(page: Page): Promise<void> {
  const message = page.getByRole('textbox', { name: /message/i }).last();
  await message.fill('How do we bring the bill for our support bot down?');
  await page.keyboard.press('Control+Enter');
  await page.getByText('Most teams save').waitFor();
}

/** The folder of this run is gone a minute later; readers see the one an installation has. */
async function nameUsualFolder(page: Page): Promise<void> {
  await page.getByText('tollgate.yaml').first().waitFor();
  await page.evaluate(`for (const code of document.querySelectorAll('main code')) {
    code.textContent = code.textContent.replace(/^.*tollgate-test-\\w+/, '/var/lib/tollgate');
  }`);
}

async function openChange(page: Page): Promise<void> {
  await page.getByRole('button', { name: /Show what changed: .* disabled API key/ }).click();
}

async function openPalette(page: Page): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog', { name: 'Search and commands' }).waitFor();
  await page.keyboard.type('sup');
  await page.getByRole('option', { name: /Support bot, production/ }).waitFor();
}
