// `tollgate secrets rotate-key`: all secrets under a new master key, and what to do with the old one.
import type { SecretStorePorts } from '../../accounts/secret-admin.ts';
import { type Rotation, rotateMasterKey } from '../../accounts/secret-rotation.ts';
import type { Environment } from '../../config/env.ts';
import { takeSecretKeyLock } from '../../store/sqlite/secret-key-lock.ts';
import { CommandError } from '../command.ts';
import { namesOf } from './names.ts';

export async function rotate(ports: SecretStorePorts, environment: Environment): Promise<number> {
  using _lock = takeSecretKeyLock(environment.dataFolder);
  const rotation = await rotateMasterKey(ports);
  process.stdout.write(`${told(rotation, ports, environment.secretKey !== undefined)}\n`);
  return 0;
}

const howWithVariables =
  'To change it, set TOLLGATE_SECRET_KEY to a new key and TOLLGATE_SECRET_KEY_PREVIOUS to the old one, restart the gateways, run this command with both set, and then unset TOLLGATE_SECRET_KEY_PREVIOUS.';

function told(rotation: Rotation, { keys }: SecretStorePorts, byVariable: boolean): string {
  switch (rotation.outcome) {
    case 'nothing-stored':
      return 'There are no stored secrets, so there is nothing to encrypt anew.';
    case 'already':
      return `TOLLGATE_SECRET_KEY (${rotation.keyId}) encrypts all ${rotation.count} stored secrets already. ${howWithVariables}`;
    case 'unreadable':
      throw new CommandError(
        `nothing was changed: ${namesOf(rotation.names)} cannot be decrypted with the keys there are (\`tollgate secrets list\` says why). Bring back the right key, or set or remove them first.`,
      );
    case 'rotated': {
      const { count, from, keyId } = rotation;
      const done = `Encrypted ${count} stored ${count === 1 ? 'secret' : 'secrets'} anew under the master key ${keyId}; it was ${from}.`;
      return byVariable
        ? `${done} What held the old key is not needed any more: unset TOLLGATE_SECRET_KEY_PREVIOUS, and delete ${keys.files.path} if there is one.`
        : `${done} The new key is in ${keys.files.path}: keep a copy of it. Copies of the database from before need the old one, which is gone from the data folder.`;
    }
  }
}
