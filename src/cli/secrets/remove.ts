// `tollgate secrets remove`: not one that tollgate.yaml needs, unless it is forced.
import { removeSecret, type SecretStorePorts } from '../../accounts/secret-admin.ts';
import { didYouMean } from '../../config/suggest.ts';
import { secretNameProblem } from '../../core/secret-name.ts';
import { CommandError } from '../command.ts';

/** How users end that are in no file. */
const madeHere = '(made in the console)';

export interface RemoveOptions {
  readonly force: boolean;
  readonly uses: ReadonlyMap<string, readonly string[]>;
  /** Path of tollgate.yaml. */
  readonly file: string;
}

export async function removeStored(
  ports: SecretStorePorts,
  name: string,
  { force, uses, file }: RemoveOptions,
): Promise<number> {
  const { secrets } = await ports.reader.sealedSecrets();
  const stored = secrets.map((secret) => secret.name);
  if (!stored.includes(name)) throw unknown(name, stored);
  const users = uses.get(name) ?? [];
  if (users.length > 0 && !force) {
    throw new CommandError(
      `\`${name}\` is used by ${users.join(', ')}${users.some((user) => !user.endsWith(madeHere)) ? ` in ${file}` : ''}. Take it out there first, or say --force; the gateway then does not start with that file.`,
    );
  }
  if (!(await removeSecret(ports, name))) throw unknown(name, stored);
  const still =
    users.length > 0
      ? ` ${file} still refers to it: a running gateway goes on with the old value until it is restarted, and then does not start.`
      : '';
  process.stdout.write(
    `Removed \`${name}\`.${still} Older copies of the database still hold it, encrypted: renew the key at its provider if it may have leaked.\n`,
  );
  return 0;
}

/** What may be a key is not printed back. */
function unknown(name: string, stored: readonly string[]): CommandError {
  const said = secretNameProblem(name) === undefined ? ` \`${name}\`` : ' of this name';
  return new CommandError(
    `there is no stored secret${said}.${didYouMean(name, stored)} \`tollgate secrets list\` shows them.`,
  );
}
