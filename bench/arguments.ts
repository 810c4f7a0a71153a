// The command line of compare.ts: what is measured of what, and where it goes. Knows no program and measures nothing.
import { parseArgs } from 'node:util';
import { defaultFolder } from './peers/install.ts';

export const allParts = ['speed', 'workers', 'overload', 'memory', 'correctness'] as const;
export type Part = (typeof allParts)[number];

export interface Arguments {
  /** The other gateways too. */
  readonly peers: boolean;
  readonly quick: boolean;
  /** Names of programs; `undefined` = all that this kind of run has. */
  readonly only: readonly string[] | undefined;
  readonly parts: readonly Part[];
  /** Where peers are installed. */
  readonly folder: string;
  /** Whether docs/benchmarks.md is written: by itself only by a whole run with peers. */
  readonly page: boolean;
  /** No run: the figures of these files. */
  readonly from: readonly string[] | undefined;
}

/** Said to whoever typed it, without a stack trace. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** `names` are those of the programs that can be named. Throws `UsageError`. */
export function readArguments(args: readonly string[], names: readonly string[]): Arguments {
  const { peers, quick, folder, ...values } = parsed(args);
  const only = listOf('--only', values.only, names);
  const parts = listOf('--parts', values.parts, allParts) ?? allParts;
  const whole = peers && !quick && only === undefined && allParts.every((part) => parts.includes(part));
  const from = values.from?.split(',');
  return { peers, quick, only, parts, folder, page: values.page ?? (from === undefined && whole), from };
}

/** As whoever repeats the run types it; where peers are is their own. */
export function commandOf({ peers, quick, only, parts }: Arguments): string {
  const options = [
    ...(quick ? ['--quick'] : []),
    ...(only ? [`--only ${only.join(',')}`] : []),
    ...(parts.length < allParts.length ? [`--parts ${parts.join(',')}`] : []),
  ];
  return `npm run bench${peers ? ':peers' : ''}${options.length > 0 ? ` -- ${options.join(' ')}` : ''}`;
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        peers: { type: 'boolean', default: false },
        quick: { type: 'boolean', default: false },
        only: { type: 'string' },
        parts: { type: 'string' },
        folder: { type: 'string', default: defaultFolder },
        page: { type: 'boolean' },
        from: { type: 'string' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(
      `${(error as Error).message}\nThere are --quick, --only, --parts, --folder, --page and --from: docs/benchmarks.md.`,
    );
  }
}

function listOf<Name extends string>(
  option: string,
  value: string | undefined,
  known: readonly Name[],
): readonly Name[] | undefined {
  if (value === undefined) return undefined;
  const said = value.split(',').map((word) => word.trim());
  const unknown = said.filter((word) => !known.some((name) => name === word));
  if (unknown.length > 0) {
    const what = unknown.map((word) => `"${word}"`).join(', ');
    throw new UsageError(`${option} does not know ${what}. It knows: ${known.join(', ')}.`);
  }
  return known.filter((name) => said.includes(name));
}
