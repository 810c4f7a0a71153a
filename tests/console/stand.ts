// The console of a real gateway (SQLite, admin API, a scripted upstream on loopback) in a real browser, signed in. A page
// that is closed with problems fails its test: `await using opened = await stand.open('/keys')`.
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { type AdminStand, startAdmin } from '../admin/stand.ts';
import type { TestGatewayOptions } from '../support/start-gateway.ts';
import { builtConsole } from './built-console.ts';
import { type Guard, watchPage } from './guard.ts';
import { createSignIn, type Role } from './sign-in.ts';

export { startBrowser } from '../browser/browser.ts';

export interface OpenConsole extends AsyncDisposable {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly guard: Guard;
  /** A further page of the same browser window: the same session. */
  another(path: string): Promise<{ readonly page: Page; readonly guard: Guard }>;
}

export interface OpenOptions extends BrowserContextOptions {
  /** `false`: nobody is signed in. */
  readonly signedIn?: boolean;
  /** An administrator if absent. */
  readonly role?: Role;
}

export interface ConsoleStand extends AdminStand {
  readonly url: string;
  /** A window of its own at `path`, 1280 x 800 and light unless told otherwise. */
  open(path: string, options?: OpenOptions): Promise<OpenConsole>;
}

export async function startConsole(
  browser: Browser,
  options: Partial<TestGatewayOptions> = {},
): Promise<ConsoleStand> {
  const admin = await startAdmin({ consoleFolder: await builtConsole(), ...options });
  const { url } = admin.gateway;
  const signIn = createSignIn(admin);

  async function open(
    path: string,
    { signedIn = true, role = 'admin', ...given }: OpenOptions = {},
  ): Promise<OpenConsole> {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      locale: 'en-GB',
      colorScheme: 'light',
      reducedMotion: 'reduce',
      ...given,
    });
    context.setDefaultTimeout(60_000);
    if (signedIn) await signIn(context, role);
    const guards: Guard[] = [];
    const another = async (at: string) => {
      const page = await context.newPage();
      const guard = watchPage(page, url);
      guards.push(guard);
      await page.goto(`${url}${at}`);
      await page.locator('h1').first().waitFor();
      return { page, guard };
    };
    const { page, guard } = await another(path);
    return {
      page,
      context,
      guard,
      another,
      async [Symbol.asyncDispose]() {
        await context.close();
        const problems = guards.flatMap((each) => each.problems());
        if (problems.length > 0) throw new Error(`the console had problems:\n${problems.join('\n')}`);
      },
    };
  }

  return { ...admin, url, open };
}

/** Looked at by people: not compared. Folders are made. */
export async function screenshot(page: Page, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await page.screenshot({ path, animations: 'disabled', caret: 'hide' });
}
