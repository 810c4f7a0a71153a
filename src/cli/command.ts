// What a sub-command is. One file each; command-line.ts lists them.

export interface Command {
  /** Whole text of `tollgate help <name>`. */
  readonly help: string;
  /** Gets the arguments behind its name; resolves with the exit code. */
  run(args: readonly string[]): Promise<number>;
}

/** Wrong use of a command: its message and a pointer to the help are printed, the exit code is 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Something that went wrong and is explained by its message alone; the exit code is 1. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}
