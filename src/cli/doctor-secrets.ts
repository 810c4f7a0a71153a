// What the doctor says of stored secrets: which cannot be decrypted, whom that stops, and whether the key is well kept.
import { existsSync } from 'node:fs';
import { listSecrets } from '../accounts/secrets.ts';
import type { Config } from '../config/config.ts';
import type { Environment } from '../config/env.ts';
import { systemClock } from '../core/clock.ts';
import { StoreError } from '../core/store.ts';
import { secretKeysOf } from '../gateway/stored-secrets.ts';
import { mayHaveStore, openToolStore } from '../store/open.ts';
import type { Finding } from './finding.ts';

const subject = 'secrets';

/** `undefined` where nothing is stored, or the store cannot be opened, which is said elsewhere. */
export async function checkSecrets(environment: Environment, config: Config): Promise<Finding | undefined> {
  if (!mayHaveStore(environment)) return undefined;
  const keys = secretKeysOf(environment);
  try {
    await using store = await openToolStore(environment, { clock: systemClock });
    const found = await listSecrets(store.secretReader, keys);
    if (found.length === 0) return undefined;
    const closed = found.flatMap(({ unreadable }) => unreadable ?? []);
    const stopped = config.providers.filter(({ unusable }) => unusable !== undefined);
    if (closed.length > 0) {
      const effect = stopped.map(({ name }) => `Provider \`${name}\` is not called.`);
      return {
        subject,
        verdict: stopped.length > 0 ? 'problem' : 'warning',
        detail: [...closed, ...effect].join('\n'),
        fix: 'Bring back the master key, or set these secrets anew with `tollgate secrets set`.',
      };
    }
    const detail = `${found.length} stored, all can be decrypted`;
    if (keys.files.isOpenToOthers()) {
      return {
        subject,
        verdict: 'warning',
        detail: `${detail}; others than you can read ${keys.files.path}`,
        fix: `chmod 600 ${keys.files.path}`,
      };
    }
    if (existsSync(keys.files.nextPath)) {
      return {
        subject,
        verdict: 'warning',
        detail: `${detail}; a change of the master key was broken off, and both keys are there`,
        fix: 'Run `tollgate secrets rotate-key` again.',
      };
    }
    return { subject, verdict: 'ok', detail };
  } catch (error) {
    if (error instanceof StoreError) return undefined;
    throw error;
  }
}
