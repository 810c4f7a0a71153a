// `tollgate secrets list`: what is stored, where it is used, whether it can be decrypted, and what is missing.
import type { SecretStorePorts } from '../../accounts/secret-admin.ts';
import { listSecrets } from '../../accounts/secrets.ts';
import { formatTable } from '../table.ts';
import { namesOf } from './names.ts';

export interface ListOptions {
  readonly json: boolean;
  readonly uses: ReadonlyMap<string, readonly string[]>;
}

export async function listStored(ports: SecretStorePorts, { json, uses }: ListOptions): Promise<number> {
  const found = await listSecrets(ports.reader, ports.keys);
  const missing = [...uses.keys()].filter((name) => !found.some((secret) => secret.name === name));
  if (json) {
    const shown = found.map(({ createdAt, updatedAt, keyId, unreadable, ...secret }) => ({
      ...secret,
      created_at: new Date(createdAt).toISOString(),
      updated_at: new Date(updatedAt).toISOString(),
      master_key: keyId,
      used_by: uses.get(secret.name) ?? [],
      readable: unreadable === undefined,
      ...(unreadable === undefined ? {} : { problem: unreadable }),
    }));
    process.stdout.write(`${JSON.stringify(shown, null, 2)}\n`);
    return 0;
  }
  if (found.length === 0) {
    process.stdout.write('There are no stored secrets yet. `tollgate secrets set <NAME>` stores one.\n');
  } else {
    const rows = found.map(({ name, preview, updatedAt, unreadable }) => [
      name,
      preview,
      `${new Date(updatedAt).toISOString().slice(0, 16).replace('T', ' ')}Z`,
      uses.get(name)?.join(', ') ?? 'nothing',
      unreadable === undefined ? 'yes' : 'NO',
    ]);
    process.stdout.write(formatTable(['NAME', 'VALUE', 'UPDATED', 'USED BY', 'READABLE'], rows));
  }
  const problems = found.flatMap(({ unreadable }) => unreadable ?? []);
  if (missing.length > 0) {
    problems.push(`tollgate.yaml refers to ${namesOf(missing)}, and there is no such stored secret.`);
  }
  if (problems.length > 0) process.stdout.write(`\n${problems.join('\n')}\n`);
  return 0;
}
