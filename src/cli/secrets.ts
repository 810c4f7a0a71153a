// `tollgate secrets`: stores, lists and removes encrypted provider keys in the data folder, also while the gateway runs
// on it, and exchanges the master key. No action prints a value.
import { parseArgs } from 'node:util';
import { SecretKeyError } from '../accounts/secret-key-file.ts';
import { readSource } from '../config/config.ts';
import { secretUses } from '../config/secret-uses.ts';
import { systemClock } from '../core/clock.ts';
import type { RoutingEntries } from '../core/routing-entries.ts';
import { secretNameProblem } from '../core/secret-name.ts';
import { openToolStore } from '../store/open.ts';
import { type Command, CommandError, UsageError } from './command.ts';
import { environmentOf } from './environment-flags.ts';
import { listStored } from './secrets/list.ts';
import { secretPorts } from './secrets/open.ts';
import { removeStored } from './secrets/remove.ts';
import { rotate } from './secrets/rotate-key.ts';
import { setStored } from './secrets/set.ts';

const options = {
  data: { type: 'string' },
  config: { type: 'string' },
  force: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

const actions = ['set', 'list', 'remove', 'rotate-key'] as const;
type Action = (typeof actions)[number];

export const secrets: Command = {
  help: `Usage: tollgate secrets set <NAME> [--force]
       tollgate secrets list [--json]
       tollgate secrets remove <NAME> [--force]
       tollgate secrets rotate-key

Provider keys, stored encrypted (AES-256-GCM) in the data folder. tollgate.yaml refers to one as "\${secret:NAME}".

  set         stores the value that is typed at the prompt, or comes on standard input:
                pass show openai | tollgate secrets set OPENAI
              In the place of an older value it is taken over by a running gateway within two seconds.
              --force: also though other secrets cannot be decrypted, after the master key was lost
  list        names, last four characters, when they were set, which providers use them
  remove      --force: also one that tollgate.yaml uses
  rotate-key  encrypts all secrets anew under a new master key; the gateway may run meanwhile

  --data <folder>   data folder (TOLLGATE_DATA)
  --config <file>   configuration (TOLLGATE_CONFIG, default ./tollgate.yaml if present)
  --json            list: print JSON

The master key is TOLLGATE_SECRET_KEY, 32 random bytes as base64 or hex (\`openssl rand -base64 32\`). Without it, one is
made with the first secret and kept in the data folder as secret.key. Without that key the secrets are lost: keep a copy
of it, apart from copies of the database.`,

  async run(args) {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [word, name, ...more] = positionals;
    const action = actionOf(word);
    const takesName = action === 'set' || action === 'remove';
    if (action === 'set' && more.length > 0) {
      throw new UsageError(
        'the value is not taken from the command line, where other users and the shell history see it. Leave it out: you are asked for it, or pipe it in. If it is in your history now, renew the key at its provider.',
      );
    }
    if (more.length > 0 || (name !== undefined && !takesName)) {
      throw new UsageError('that is one argument too many.');
    }
    if (takesName && name === undefined) throw new UsageError('say the name of the secret.');
    if (action === 'set' && name !== undefined) requireName(name);
    const environment = environmentOf({ data: values.data, config: values.config });
    const inFile = secretUses(await readSource(environment.configFile));
    await using store = await openToolStore(environment, { clock: systemClock });
    const uses = withStored(inFile, await store.admin.routingReader.routing());
    const ports = secretPorts(store, environment);
    const force = values.force === true;
    try {
      switch (action) {
        case 'set':
          return await setStored(ports, name ?? '', { force, uses });
        case 'list':
          return await listStored(ports, { json: values.json === true, uses });
        case 'remove':
          return await removeStored(ports, name ?? '', { force, uses, file: environment.configFile.path });
        case 'rotate-key':
          return await rotate(ports, environment);
      }
    } catch (error) {
      throw error instanceof SecretKeyError ? new CommandError(error.message) : error;
    }
  },
};

/** Providers that administrators made use secrets too. */
function withStored(
  inFile: ReadonlyMap<string, readonly string[]>,
  { entries }: RoutingEntries,
): ReadonlyMap<string, readonly string[]> {
  const uses = new Map(inFile);
  for (const { name, secrets: used } of entries) {
    for (const secret of Object.keys(used)) {
      uses.set(secret, [...(uses.get(secret) ?? []), `${name} (made in the console)`]);
    }
  }
  return uses;
}

function actionOf(word: string | undefined): Action {
  const action = actions.find((each) => each === word);
  if (action) return action;
  const known = word !== undefined && /^[a-z-]{1,20}$/.test(word);
  throw new UsageError(
    known
      ? `there is no action \`${word}\`: say set, list, remove or rotate-key.`
      : 'say set, list, remove or rotate-key.',
  );
}

function requireName(name: string): void {
  const problem = secretNameProblem(name);
  if (problem !== undefined) throw new UsageError(problem);
}
