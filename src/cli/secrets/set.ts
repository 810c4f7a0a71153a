// `tollgate secrets set`: one value in, and told what becomes of it.
import { type SecretStorePorts, secretValueProblem, setSecret } from '../../accounts/secret-admin.ts';
import { CommandError } from '../command.ts';
import { namesOf } from './names.ts';
import { readSecretValue } from './read-value.ts';

export interface SetOptions {
  readonly force: boolean;
  readonly uses: ReadonlyMap<string, readonly string[]>;
}

export async function setStored(
  ports: SecretStorePorts,
  name: string,
  { force, uses }: SetOptions,
): Promise<number> {
  const value = await readSecretValue(`Value of ${name} (not shown): `);
  if (value === undefined) {
    process.stderr.write('tollgate secrets: stopped; nothing was stored.\n');
    return 130;
  }
  const problem = secretValueProblem(value);
  if (problem !== undefined) throw new CommandError(`${problem} Nothing was stored.`);
  const result = await setSecret(ports, { name, value, force });
  if (result.outcome === 'wrong-key') {
    throw new CommandError(
      `nothing was stored, since the master key may be the wrong one: ${namesOf(result.unreadable)} cannot be decrypted (\`tollgate secrets list\` says why). Bring back the right key. If it is lost, \`--force\` stores under the key there is now; then set the others anew, too.`,
    );
  }
  const providers = uses.get(name) ?? [];
  const use =
    providers.length > 0
      ? ` A running gateway takes it over within two seconds: ${providers.join(', ')}.`
      : ` Use it in tollgate.yaml as "\${secret:${name}}".`;
  process.stdout.write(`${result.outcome === 'stored' ? 'Stored' : 'Replaced'} \`${name}\`.${use}\n`);
  if (result.keyFile !== undefined) {
    process.stdout.write(
      `Made the master key: ${result.keyFile}. Without it no stored secret can be read: keep a copy of it, apart from copies of the database.\n`,
    );
  }
  return 0;
}
