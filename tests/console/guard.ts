// What must not happen while a test uses the console: errors on the browser's console, uncaught errors, requests that
// fail or go to anybody but the gateway, anything the policy had to refuse. A test names what it expects.
import type { Page } from 'playwright-core';

export interface Guard {
  /** What matches is no problem: `guard.allow(/412/)` before two tabs write the same. */
  allow(pattern: RegExp): void;
  problems(): readonly string[];
}

export function watchPage(page: Page, origin: string): Guard {
  const seen: string[] = [];
  const allowed: RegExp[] = [];
  page.on('console', (message) => {
    const kind = message.type();
    if (kind === 'error' || kind === 'warning') {
      seen.push(`${kind}: ${message.text()} (${message.location().url})`);
    }
  });
  page.on('pageerror', (error) => seen.push(`uncaught: ${error.stack ?? error.message}`));
  page.on('request', (request) => {
    const { protocol, origin: asked } = new URL(request.url());
    if (protocol !== 'data:' && protocol !== 'blob:' && asked !== origin) seen.push(`asked ${request.url()}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) {
      seen.push(`status ${response.status()}: ${response.request().method()} ${response.url()}`);
    }
  });
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText ?? '';
    // Whoever leaves a page leaves its requests.
    if (why !== 'net::ERR_ABORTED') seen.push(`failed: ${request.method()} ${request.url()} ${why}`);
  });
  return {
    allow: (pattern) => allowed.push(pattern),
    problems: () => seen.filter((line) => !allowed.some((pattern) => pattern.test(line))),
  };
}
