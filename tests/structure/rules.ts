// The rules of ARCHITECTURE.md that a machine can check, as one pure function from sources to violations.
import { posix } from 'node:path';
import { importsOf, lineOf, withoutComments } from './imports.ts';

/** Top floor first. A file may import its own part and anything on a lower floor; parts of one floor are strangers. */
const floors: readonly (readonly string[])[] = [
  ['main.ts'],
  ['cli'],
  ['gateway.ts'],
  ['gateway'],
  ['http'],
  ['admin'],
  ['pipeline', 'providers', 'local', 'store', 'accounts', 'config', 'telemetry', 'conformance'],
  ['budgets'],
  ['core'],
  ['wire', 'routing'],
];

/** The one file that may read the environment. */
const environmentReader = 'src/config/env.ts';
const longestFile = 400;

/** Sources by path from the root (`src/core/money.ts`), without tests. Each violation is a line for people. */
export function violationsOf(sources: ReadonlyMap<string, string>): string[] {
  const violations: string[] = [];
  const edges = new Map<string, string[]>();
  for (const [path, text] of sources) {
    violations.push(...textRules(path, text));
    if (floorOf(path) === -1)
      violations.push(`${path}: stands on no floor; give its folder one in ARCHITECTURE.md`);
    const targets: string[] = [];
    for (const { specifier, line } of importsOf(text)) {
      if (!specifier.startsWith('.')) continue;
      const target = posix.join(posix.dirname(path), specifier);
      const why = forbidden(path, target);
      if (why) violations.push(`${path}:${line}: imports ${target}: ${why}`);
      if (sources.has(target)) targets.push(target);
      else if (!target.endsWith('.json'))
        violations.push(`${path}:${line}: imports ${target}, which is no source file`);
    }
    edges.set(path, targets);
  }
  return [...violations, ...circles(edges)];
}

const partOf = (path: string) => path.split('/')[1] ?? '';
const floorOf = (path: string) => floors.findIndex((parts) => parts.includes(partOf(path)));

function forbidden(from: string, to: string): string | undefined {
  if (!to.startsWith('src/')) return 'outside of src';
  if (/\.test\.ts$/.test(to)) return 'a test';
  if (partOf(from) === partOf(to)) return undefined;
  if (floorOf(to) < floorOf(from)) return `an arrow up, from ${partOf(from)} to ${partOf(to)}`;
  if (floorOf(to) === floorOf(from)) return `an arrow sideways, from ${partOf(from)} to ${partOf(to)}`;
  return undefined;
}

const forbiddenText: readonly (readonly [RegExp, string])[] = [
  [/[:<|&,(]\s*any\b(?!['"\w-])|\bas any\b|\bany\[\]/g, '`any` hides a type'],
];
const forbiddenComments = /@ts-(?:ignore|nocheck|expect-error)/g;
const environmentAccess =
  /\bprocess\s*(?:\.|\?\.)\s*env\b|\bprocess\[['"]env|\benv\b[^;\n]*from 'node:process'/g;

function textRules(path: string, text: string): string[] {
  const violations: string[] = [];
  const at = (index: number, message: string) =>
    violations.push(`${path}:${lineOf(text, index)}: ${message}`);
  const code = withoutComments(text);
  for (const [pattern, message] of forbiddenText) {
    for (const match of withoutStrings(code).matchAll(pattern)) at(match.index, message);
  }
  for (const match of text.matchAll(forbiddenComments)) at(match.index, `${match[0]} hides an error`);
  if (path !== environmentReader) {
    for (const match of code.matchAll(environmentAccess)) {
      at(match.index, `reads the environment; only ${environmentReader} does`);
    }
  }
  const header = /^(?:#!.*\n)?((?:\/\/.*\n)+|\/\*[\s\S]*?\*\/)/.exec(text)?.[1];
  if (!header) at(0, 'opens without a comment that says what it is for');
  const lines = text.split('\n').length - 1;
  if (lines > longestFile && !/\blong\b/i.test(header ?? '')) {
    at(0, `has ${lines} lines; above ${longestFile} its header says why it is long`);
  }
  return violations;
}

/** Same length, contents of one-line strings blanked, so that prose in messages is no code. */
function withoutStrings(code: string): string {
  return code.replace(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\$\n]|\\.)*`/g, (literal) => {
    return `'${' '.repeat(literal.length - 2)}'`;
  });
}

/** Each circle once, as `a -> b -> a`. */
function circles(edges: ReadonlyMap<string, readonly string[]>): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const trail: string[] = [];
  const visit = (path: string) => {
    const start = trail.indexOf(path);
    if (start !== -1) {
      found.push(`circle: ${[...trail.slice(start), path].join(' -> ')}`);
      return;
    }
    if (done.has(path)) return;
    trail.push(path);
    for (const target of edges.get(path) ?? []) visit(target);
    trail.pop();
    done.add(path);
  };
  for (const path of edges.keys()) visit(path);
  return found;
}
