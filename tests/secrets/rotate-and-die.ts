// A process that changes the master key of a data folder and is killed at one of the steps.
// Arguments: the folder, the step.
import { secretKeySettings } from '../../src/accounts/secret-keys.ts';
import { rotateMasterKey } from '../../src/accounts/secret-rotation.ts';
import { createIdSource, systemClock } from '../../src/core/clock.ts';
import type { SecretStoreWriter } from '../../src/core/secrets.ts';
import { openSqliteToolStore } from '../../src/store/sqlite/open.ts';

const [folder = '', step = ''] = process.argv.slice(2);
const die = () => process.kill(process.pid, 'SIGKILL');
const store = await openSqliteToolStore({ folder, clock: systemClock });
const writer: SecretStoreWriter = {
  async changeSecrets(change) {
    const changed = store.secretWriter.changeSecrets(change);
    // The database's thread may be before, in or behind its commit now.
    if (step === 'while-committing') die();
    return await changed;
  },
};
await rotateMasterKey(
  {
    reader: store.secretReader,
    writer,
    keys: secretKeySettings({ folder, key: undefined, previous: undefined }),
    clock: systemClock,
    nextRevision: createIdSource('rev_', systemClock),
  },
  (reached) => {
    if (reached === step) die();
  },
);
await store[Symbol.asyncDispose]();
process.stdout.write('ended by itself\n');
