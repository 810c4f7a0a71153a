// Finds the sub-command, runs it, and says what went wrong so that the reader can mend it.
import { ConfigError } from '../config/problem.ts';
import { StoreError } from '../core/store.ts';
import { packageVersion } from '../core/version.ts';
import { chat } from './chat.ts';
import { type Command, CommandError, UsageError } from './command.ts';
import { doctor } from './doctor.ts';
import { keys } from './keys.ts';
import { local } from './local.ts';
import { serve } from './serve.ts';

const commands: readonly Command[] = [serve, chat, keys, doctor, local];

/** Resolves with the exit code: 0 done, 1 failed, 2 wrong use. */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  const [name = 'help', ...rest] = args;
  if (name === '--version' || name === '-v' || name === 'version') {
    process.stdout.write(`${packageVersion()}\n`);
    return 0;
  }
  if (name === 'help' || name === '--help' || name === '-h') return showHelp(rest[0]);
  const command = commands.find((candidate) => candidate.name === name);
  if (!command) {
    process.stderr.write(`tollgate: there is no command \`${name}\`.\n\n${overview()}`);
    return 2;
  }
  if (rest.includes('--help') || rest.includes('-h')) return showHelp(name);
  try {
    return await command.run(rest);
  } catch (error) {
    return explain(error, command);
  }
}

function showHelp(name: string | undefined): number {
  const command = commands.find((candidate) => candidate.name === name);
  if (name !== undefined && !command) {
    process.stderr.write(`tollgate: there is no command \`${name}\`.\n\n${overview()}`);
    return 2;
  }
  process.stdout.write(command ? `${command.help}\n` : overview());
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

function explain(error: unknown, command: Command): number {
  if (error instanceof UsageError || isParseArgsError(error)) {
    process.stderr.write(
      `tollgate ${command.name}: ${error.message}\nSee \`tollgate help ${command.name}\`.\n`,
    );
    return 2;
  }
  if (error instanceof ConfigError) {
    process.stderr.write(`The configuration is not usable:\n\n${error.pretty()}\n`);
    return 1;
  }
  if (error instanceof StoreError || error instanceof CommandError) {
    process.stderr.write(`tollgate ${command.name}: ${error.message}\n`);
    return 1;
  }
  process.stderr.write(`tollgate ${command.name}: unexpected error. Please report it.\n`);
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  return 1;
}

/** https://nodejs.org/api/util.html#utilparseargsconfig */
function isParseArgsError(error: unknown): error is Error {
  return error instanceof Error && String((error as { code?: string }).code).startsWith('ERR_PARSE_ARGS');
}
