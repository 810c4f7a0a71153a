// Finds the sub-command, runs it, and says what went wrong so that the reader can mend it.
import { ConfigError } from '../config/problem.ts';
import { StoreError } from '../core/store.ts';
import { packageVersion } from '../core/version.ts';
import { type Command, CommandError, UsageError } from './command.ts';

interface Entry {
  readonly name: string;
  /** One line for the overview. */
  readonly summary: string;
  /** A command is loaded when it is called: the gateway needs nothing of the others in its memory. */
  load(): Promise<Command>;
}

const commands: readonly Entry[] = [
  { name: 'serve', summary: 'start the gateway', load: async () => (await import('./serve.ts')).serve },
  {
    name: 'chat',
    summary: 'talk to the gateway in the terminal',
    load: async () => (await import('./chat.ts')).chat,
  },
  {
    name: 'keys',
    summary: 'create, list, change and revoke API keys',
    load: async () => (await import('./keys.ts')).keys,
  },
  {
    name: 'members',
    summary: 'invite, change and remove people who use the console',
    load: async () => (await import('./members.ts')).members,
  },
  {
    name: 'secrets',
    summary: 'store provider keys encrypted, for tollgate.yaml to refer to',
    load: async () => (await import('./secrets.ts')).secrets,
  },
  {
    name: 'ledger',
    summary: 'prove that the books balance, and export their rows',
    load: async () => (await import('./ledger.ts')).ledger,
  },
  {
    name: 'limits',
    summary: 'list, set and remove budgets and rate limits',
    load: async () => (await import('./limits.ts')).limits,
  },
  {
    name: 'usage',
    summary: 'show what was spent, by model, key or project',
    load: async () => (await import('./usage.ts')).usage,
  },
  {
    name: 'admin',
    summary: 'make a new token for the admin API',
    load: async () => (await import('./admin.ts')).admin,
  },
  {
    name: 'doctor',
    summary: 'check configuration, store, model and port, and say what to fix',
    load: async () => (await import('./doctor.ts')).doctor,
  },
  {
    name: 'providers',
    summary: 'try every configured target with one cheap request',
    load: async () => (await import('./providers.ts')).providers,
  },
  {
    name: 'import',
    summary: 'make a tollgate.yaml of a LiteLLM configuration',
    load: async () => (await import('./import.ts')).importCommand,
  },
  {
    name: 'conformance',
    summary: 'test an OpenAI-compatible server against the wire contract',
    load: async () => (await import('./conformance.ts')).conformance,
  },
  {
    name: 'local',
    summary: 'serve the embedded model alone, without gateway',
    load: async () => (await import('./local.ts')).local,
  },
];

/** Resolves with the exit code: 0 done, 1 failed, 2 wrong use. */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  const [name = 'help', ...rest] = args;
  if (name === '--version' || name === '-v' || name === 'version') {
    process.stdout.write(`${packageVersion()}\n`);
    return 0;
  }
  if (name === 'help' || name === '--help' || name === '-h') return showHelp(rest[0]);
  const entry = commands.find((candidate) => candidate.name === name);
  if (!entry) {
    process.stderr.write(`tollgate: there is no command \`${name}\`.\n\n${overview()}`);
    return 2;
  }
  if (rest.includes('--help') || rest.includes('-h')) return showHelp(name);
  try {
    const command = await entry.load();
    return await command.run(rest);
  } catch (error) {
    return explain(error, name);
  }
}

async function showHelp(name: string | undefined): Promise<number> {
  const entry = commands.find((candidate) => candidate.name === name);
  if (name !== undefined && !entry) {
    process.stderr.write(`tollgate: there is no command \`${name}\`.\n\n${overview()}`);
    return 2;
  }
  process.stdout.write(entry ? `${(await entry.load()).help}\n` : overview());
  return 0;
}

function overview(): string {
  const width = Math.max(...commands.map((command) => command.name.length));
  const rows = commands.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`);
  return `Usage: tollgate <command> [options]

One OpenAI-compatible endpoint for every model, whose books always balance.

${rows.join('\n')}

\`tollgate help <command>\` tells more; \`tollgate --version\` prints the version.
`;
}

function explain(error: unknown, command: string): number {
  if (error instanceof UsageError || isParseArgsError(error)) {
    process.stderr.write(`tollgate ${command}: ${error.message}\nSee \`tollgate help ${command}\`.\n`);
    return 2;
  }
  if (error instanceof ConfigError) {
    process.stderr.write(`The configuration is not usable:\n\n${error.pretty()}\n`);
    return 1;
  }
  if (error instanceof StoreError || error instanceof CommandError) {
    process.stderr.write(`tollgate ${command}: ${error.message}\n`);
    return 1;
  }
  process.stderr.write(`tollgate ${command}: unexpected error. Please report it.\n`);
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  return 1;
}

/** https://nodejs.org/api/util.html#utilparseargsconfig */
function isParseArgsError(error: unknown): error is Error {
  return error instanceof Error && String((error as { code?: string }).code).startsWith('ERR_PARSE_ARGS');
}
