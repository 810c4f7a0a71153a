// Reads tollgate.yaml: text in, typed content out, or one ConfigError with every mistake of the file, each with its
// line and column. Messages are our own sentences, since the YAML library's quote the text, secrets and all.
import { isMap, isScalar, LineCounter, parseDocument, type YAMLError } from 'yaml';
import { checkNode, type Path } from './check.ts';
import type { References } from './interpolate.ts';
import { maskSecrets } from './mask.ts';
import { ConfigError, type Place, type Problem } from './problem.ts';
import { TollgateYaml } from './schema.ts';

/** A configuration is written by people; more than this is some other file. */
export const largestFile = 1024 * 1024;

export interface SourceFile {
  /** Shown in messages. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Unix ms. */
  readonly modifiedAt: number;
}

export interface ParsedFile {
  readonly content: TollgateYaml;
  /** Of the parts that were understood; the content lacks what these are about. */
  readonly problems: readonly Problem[];
  /** Stored secrets that cannot be decrypted; the content has a mark in their place. */
  readonly unreadable: readonly (Problem & { readonly path: Path })[];
  /** Whether something stands at `path`, be it right or wrong. */
  states(path: Path): boolean;
  /** Where the value at `path` stands. */
  place(path: Path): Place;
}

/**
 * Parses and checks. `references` fill in `${NAME}`; `knownProviders` exist besides those of the file. Throws
 * ConfigError only if the text is not YAML at all; other problems come with what could be read.
 */
export function parseFile(
  source: SourceFile,
  references: References,
  knownProviders: Iterable<string>,
): ParsedFile {
  const text = decode(source);
  const lineCounter = new LineCounter();
  const document = parse(text, lineCounter, source.name);
  let masked: string[] | undefined;
  const placeAt = (start: number, end: number): Place => {
    const { line, col } = lineCounter.linePos(start);
    masked ??= maskSecrets(text, document).split('\n');
    const sourceLine = (masked[line - 1] ?? '').replace(/\r$/, '');
    const breakAt = text.indexOf('\n', start);
    const lineEnd = breakAt === -1 ? text.length : breakAt;
    const column = Math.max(1, col);
    return {
      file: source.name,
      line: Math.max(1, line),
      column,
      sourceLine,
      width: Math.max(1, Math.min(end, lineEnd) - start),
    };
  };

  const problems: Problem[] = [...document.errors, ...document.warnings].map((error) => ({
    message: sentenceFor(error, text),
    place: placeAt(error.pos[0], error.pos[1]),
  }));
  // After a syntax error the rest is guesswork: what looks like a wrong key may be a value that lost its quote.
  if (document.errors.length > 0) throw new ConfigError(problems);

  const declared = document.get('providers');
  const unreadable: (Problem & { path: Path })[] = [];
  const content = checkNode(TollgateYaml, document.contents, {
    say: (message, start, end) => void problems.push({ message, place: placeAt(start, end) }),
    references,
    onUnreadable: (message, path, start, end) =>
      void unreadable.push({ message, path, place: placeAt(start, end) }),
    providers: new Set([
      ...knownProviders,
      ...(isMap(declared) ? declared.items : []).flatMap(({ key }) =>
        isScalar(key) ? [String(key.value)] : [],
      ),
    ]),
    text,
  });
  return {
    content: (content ?? {}) as TollgateYaml,
    problems: problems.sort(byPlace),
    unreadable,
    states: (path) => document.hasIn(path),
    place: (path) => {
      const range = (document.getIn(path, true) as { range?: [number, number, number] } | undefined)?.range;
      return placeAt(range?.[0] ?? 0, range?.[1] ?? 0);
    },
  };
}

const byPlace = ({ place: a }: Problem, { place: b }: Problem) =>
  (a?.line ?? 0) - (b?.line ?? 0) || (a?.column ?? 0) - (b?.column ?? 0);

function decode({ name, bytes }: SourceFile): string {
  const start: Place = { file: name, line: 1, column: 1, sourceLine: '', width: 1 };
  if (bytes.length > largestFile) {
    throw new ConfigError([
      { message: 'The file is larger than 1 MiB, so it cannot be meant.', place: start },
    ]);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ConfigError([
      { message: 'The file is not text in UTF-8. Save it in that encoding.', place: start },
    ]);
  }
}

function parse(text: string, lineCounter: LineCounter, name: string) {
  try {
    // @NOTE the library's own check for unique keys takes quadratic time; check.ts does it.
    return parseDocument(text, {
      lineCounter,
      prettyErrors: false,
      uniqueKeys: false,
      stringKeys: true,
      version: '1.2',
    });
  } catch {
    // @NOTE the parser recurses, so a file of nothing but brackets exhausts the stack.
    const place = { file: name, line: 1, column: 1, sourceLine: '', width: 1 };
    throw new ConfigError([{ message: 'The file is nested too deeply to be read as YAML.', place }]);
  }
}

const sentences: Readonly<Partial<Record<YAMLError['code'], string>>> = {
  BAD_ALIAS: 'Not valid YAML: a value cannot start with `*`. Put it in quotes.',
  BAD_DQ_ESCAPE:
    'Not valid YAML: unknown escape inside double quotes. Write \\\\ for a backslash, or use single quotes.',
  BAD_INDENT: 'Not valid YAML: the indentation does not fit the lines above.',
  BAD_SCALAR_START: 'Not valid YAML: a value cannot start with this character. Put it in quotes.',
  BLOCK_AS_IMPLICIT_KEY: 'Not valid YAML: a second `key: value` stands on the same line.',
  MISSING_CHAR: 'Not valid YAML: a closing bracket, quote, comma or colon is missing.',
  MULTILINE_IMPLICIT_KEY: 'Not valid YAML: a key must fit on one line and be followed by `:`.',
  MULTIPLE_DOCS: 'The file holds several YAML documents (`---`). Keep one.',
  NON_STRING_KEY: 'A key must be plain text.',
  TAB_AS_INDENT: 'Not valid YAML: indent with spaces, not with a tab.',
  TAG_RESOLVE_FAILED: 'Tags (`!name`) are not read here. If the value starts with `!`, put it in quotes.',
};

function sentenceFor(error: YAMLError, text: string): string {
  const lineStart = text.lastIndexOf('\n', error.pos[0] - 1) + 1;
  const line = text.slice(lineStart).split('\n', 1)[0] ?? '';
  // `{ api_key: ${NAME} }`: the brace of the reference ends the block.
  const hint = /[:,[]\s*\$\{/.test(line) ? ` Put the reference in quotes: "\${NAME}".` : '';
  return (sentences[error.code] ?? 'Not valid YAML: this does not belong here.') + hint;
}
