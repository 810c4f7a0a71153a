// Content logging put together: what the pipeline hands over is sealed, written and after a while deleted. A part of the
// composition root.
import type { Logger } from 'pino';
import { type ContentBox, createContentBox } from '../accounts/content/content-box.ts';
import { createContentLog } from '../accounts/content/content-log.ts';
import { startUpkeep } from '../accounts/ledger-retention.ts';
import type { SecretKeySettings } from '../accounts/secret-keys.ts';
import type { Clock } from '../core/clock.ts';
import type { ContentLog, ContentObserver, ContentSettings, ContentStore } from '../core/content.ts';

export interface ContentLogging extends AsyncDisposable {
  readonly log: ContentLog;
  readonly box: ContentBox;
  readonly settings: () => ContentSettings;
}

export interface ContentLoggingParts {
  readonly settings: () => ContentSettings;
  readonly keys: SecretKeySettings;
  readonly store: ContentStore;
  readonly observer: ContentObserver;
  /** Whether what is old is deleted here: one process of a gateway does it. */
  readonly expires: boolean;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Of one transaction: a content has up to megabytes. */
const deletedAtOnce = 50;

export function openContentLogging(parts: ContentLoggingParts): ContentLogging {
  const { settings, keys, store, observer, expires, clock, log } = parts;
  const box = createContentBox(keys);
  const contentLog = createContentLog({
    settings,
    box,
    store,
    observer,
    onError: (err) => log.error({ err }, 'what was said in requests could not be kept'),
  });
  // Also while it is off: what was kept before still leaves in time.
  const expiry = expires
    ? startUpkeep(
        async () => {
          const oldest = clock.now() - settings().retentionMs;
          return (await store.deleteBefore(oldest, deletedAtOnce)) === deletedAtOnce;
        },
        (err) => log.error({ err }, 'old contents of requests stay'),
      )
    : undefined;
  return {
    log: contentLog,
    box,
    settings,
    async [Symbol.asyncDispose]() {
      await contentLog[Symbol.asyncDispose]();
      await expiry?.[Symbol.asyncDispose]();
    },
  };
}
