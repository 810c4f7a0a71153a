// `tollgate import litellm`: makes a tollgate.yaml of a LiteLLM proxy's configuration and says what it could not carry
// over. The file goes to where it is to be, the rest to standard error.
import { chmod, lstat, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { resolveConfig } from '../config/config.ts';
import { type Imported, importLitellm } from '../config/import-litellm/import-litellm.ts';
import type { Note } from '../config/import-litellm/notes.ts';
import { ImportError } from '../config/import-litellm/source.ts';
import { ConfigError } from '../config/problem.ts';
import { type Command, CommandError, UsageError } from './command.ts';
import { environmentOf } from './environment-flags.ts';
import { paint } from './paint.ts';

const options = {
  output: { type: 'string', short: 'o', default: 'tollgate.yaml' },
  force: { type: 'boolean', short: 'f' },
} as const;

export const importCommand: Command = {
  help: `Usage: tollgate import litellm <config.yaml> [options]

Reads the configuration of a LiteLLM proxy and writes a tollgate.yaml: providers, models with their weights, order,
fallbacks, prices and time limits, and the circuit breaker. What could not be carried over, or means something slightly
different, is listed on standard error with its place in LiteLLM's file and what to do instead. No upstream is called.

  --output, -o <file>  where to write (tollgate.yaml); \`-\` is standard output
  --force, -f          replace a file that is there

Keys named as os.environ/NAME stay in the environment, as "\${NAME}". Keys of clients, teams and spend in LiteLLM's
database are not carried over. Exit code 0 when the file was written, 1 when not, 2 for wrong use.`,

  async run(args) {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [format, input, ...more] = positionals;
    if (format !== 'litellm') {
      throw new UsageError(format ? `\`${format}\` cannot be imported, only \`litellm\`.` : 'say litellm.');
    }
    if (input === undefined) throw new UsageError('say which file: the configuration of the LiteLLM proxy.');
    if (more.length > 0) throw new UsageError(`\`${more[0]}\` is one argument too many.`);
    const text = await readInput(input);
    const imported = importOrExplain(text, input);
    if (!values.force && values.output !== '-') await requireFree(resolve(values.output));
    process.stderr.write(notesText(imported.notes));
    if (values.output === '-') process.stdout.write(imported.yaml);
    else await writeOutput(resolve(values.output), imported, values.force === true);
    process.stderr.write(summaryOf(imported, values.output));
    return 0;
  },
};

/** LiteLLM's configurations are written by people, too. */
const largestInput = 4 * 1024 * 1024;

async function readInput(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > largestInput) throw new CommandError(`${path} is larger than 4 MiB, so it cannot be meant.`);
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(`${path} cannot be read: ${reasonOf(error)}.`);
  }
}

function importOrExplain(text: string, path: string): Imported {
  try {
    return importLitellm(text, basename(path));
  } catch (error) {
    if (error instanceof ImportError) throw new CommandError(`${path} cannot be imported: ${error.message}`);
    throw error;
  }
}

/** Before anything is said, and once more when it is written. */
async function requireFree(path: string): Promise<void> {
  const there = await lstat(path).catch(() => undefined);
  if (there) throw alreadyThere(path);
}

const alreadyThere = (path: string) =>
  new CommandError(`${path} is there already. Name another file with --output, or replace it with --force.`);

async function writeOutput(path: string, { yaml, hasSecrets }: Imported, force: boolean): Promise<void> {
  try {
    await writeFile(path, yaml, { flag: force ? 'w' : 'wx', ...(hasSecrets ? { mode: 0o600 } : {}) });
    if (hasSecrets) await chmod(path, 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw alreadyThere(path);
    throw new CommandError(`${path} cannot be written: ${reasonOf(error)}.`);
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'it, or its folder, does not exist',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is not a folder',
  ERR_ENCODING_INVALID_ENCODED_DATA: 'it is not text in UTF-8',
};

function reasonOf(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return reasons[code] ?? message;
}

const headings = {
  lost: 'Not carried over',
  changed: 'Carried over, with a difference',
} as const;

/** Notes that say the same stand together, below their places. */
function notesText(notes: readonly Note[]): string {
  return (['lost', 'changed'] as const)
    .map((kind) => {
      const byMessage = Map.groupBy(
        notes.filter((note) => note.kind === kind),
        ({ message }) => message,
      );
      if (byMessage.size === 0) return '';
      const paragraphs = [...byMessage].map(([message, same]) => {
        const paths = [...new Set(same.map(({ path }) => path))].join(', ');
        return `  ${onOneLine(paths)}\n    ${onOneLine(message)}\n`;
      });
      return `${paint('bold', `${headings[kind]}:`, process.stderr)}\n${paragraphs.join('')}\n`;
    })
    .join('');
}

/** Names of the file go to a terminal. */
const onOneLine = (text: string) => text.replace(/\p{C}+/gu, ' ');

function summaryOf({ models, variables, yaml }: Imported, output: string): string {
  const count = models.length === 1 ? '1 model' : `${models.length} models`;
  const { unset, problem } = inThisEnvironment(yaml, variables);
  const named = variables.map((name) => (unset.includes(name) ? `${name} (not set here)` : name)).join(', ');
  const lines = [
    output === '-' ? `${count} carried over.` : `${output} has ${count}.`,
    ...(variables.length > 0 ? [`It takes from the environment: ${named}.`] : []),
    ...(problem === undefined ? [] : [`With this environment it cannot be used yet:\n${problem}`]),
    'Next: `tollgate doctor` checks it, `tollgate providers test` tries the upstreams.',
  ];
  return `${lines.join('\n')}\n`;
}

/** Which variables are missing here; if none is, what the gateway would say at its start. */
function inThisEnvironment(
  yaml: string,
  variables: readonly string[],
): { readonly unset: readonly string[]; readonly problem?: string } {
  try {
    const environment = environmentOf({});
    const unset = variables.filter((name) => environment.variable(name) === undefined);
    if (unset.length > 0) return { unset };
    resolveConfig(environment, { name: 'tollgate.yaml', bytes: Buffer.from(yaml), modifiedAt: 0 });
    return { unset };
  } catch (error) {
    if (error instanceof ConfigError) return { unset: [], problem: error.pretty() };
    throw error;
  }
}
