// What is wrong with the configuration, said so that the reader can mend it: every problem at once, each with its
// place. Source lines in here are already masked; nothing below ever sees a secret.

/** A place in the file; line and column count from 1, columns in UTF-16 units as editors do. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The line itself, secrets masked. */
  readonly sourceLine: string;
  /** How many characters the caret underlines. */
  readonly width: number;
}

export interface Problem {
  /** One or two sentences. Never holds a value that could be a secret. */
  readonly message: string;
  /** Absent for environment variables, which name themselves in the message. */
  readonly place?: Place;
}

/** The configuration cannot be used. `message` has one line per problem; `pretty()` is for a terminal. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(oneLine).join('\n'));
    this.problems = problems;
  }

  /** Each problem with its source line and a caret below the spot. */
  pretty(): string {
    return this.problems.map(withSource).join('\n\n');
  }
}

function oneLine({ message, place }: Problem): string {
  return place ? `${place.file}:${place.line}:${place.column}: ${message}` : message;
}

function withSource(problem: Problem): string {
  const { place } = problem;
  if (!place) return problem.message;
  const number = String(place.line);
  const gutter = ' '.repeat(number.length);
  // Tabs stay tabs, so that the caret lands below its character whatever a tab's width is.
  const indent = place.sourceLine.slice(0, place.column - 1).replace(/[^\t]/g, ' ');
  const width = Math.max(1, Math.min(place.width, place.sourceLine.length - indent.length));
  return [
    oneLine(problem),
    ` ${gutter} |`,
    ` ${number} | ${place.sourceLine}`,
    ` ${gutter} | ${indent}${'^'.repeat(width)}`,
  ].join('\n');
}
