// A real browser for the tests: the one inside an npm package, else one of this machine. Says why there is none.
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { packagedChromium } from './packaged-chromium.ts';

/** Nothing that talks to anybody but the gateway. */
const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'];

export type Started = { readonly browser: Browser } | { readonly missing: string };

export async function startBrowser(): Promise<Started> {
  const reasons: string[] = [];
  const ways = [
    async () => {
      const { executable, environment } = await packagedChromium();
      const env = { ...definedOf(process.env), ...environment };
      return chromium.launch({ executablePath: executable, args, env });
    },
    // The packaged one is for Linux on x64.
    async () => chromium.launch({ channel: 'chrome', args }),
    async () => chromium.launch({ channel: 'chromium', args }),
  ];
  for (const start of ways) {
    try {
      return { browser: await start() };
    } catch (error) {
      reasons.push(String(error).split('\n')[0] ?? '');
    }
  }
  return { missing: `no browser starts here: ${reasons.join('; ')}` };
}

function definedOf(variables: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

export interface OpenPage extends AsyncDisposable {
  readonly page: Page;
  /** What went wrong so far: errors of the console and of scripts, requests to anybody but the gateway. */
  readonly problems: string[];
}

/** A page of its own, with nothing stored, at `url`; its scripts have run. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<OpenPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  const problems: string[] = [];
  const { origin } = new URL(url);
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(String(error.stack)));
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== origin) problems.push(`asked ${request.url()}`);
  });
  await page.goto(url, { waitUntil: 'load' });
  return { page, problems, [Symbol.asyncDispose]: () => context.close() };
}
