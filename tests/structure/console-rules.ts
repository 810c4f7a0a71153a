// The rules of the console's sources, as one pure function from sources to violations: who may import whom, and how a
// file reads. The gateway's own rules are in rules.ts.
import { posix } from 'node:path';
import { importsOf, withoutComments } from './imports.ts';

const longestFile = 400;
const vagueNames = /(?:^|[/-])(?:utils?|helpers?|common|misc|manager)(?:[./-]|$)/;

/** Each part of `console/src` and the parts it may import. Areas of `pages/` may build on each other, but not in a circle. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  app: ['app', 'pages', 'ui', 'api'],
  pages: ['pages', 'ui', 'api'],
  ui: ['ui', 'api'],
  api: ['api'],
};
/** The one door to the gateway's sources: types. */
const door = 'console/src/api/contract.ts';

/** Sources by path from the root, without tests. Each violation is a line for people. */
export function consoleViolations(sources: ReadonlyMap<string, string>): string[] {
  const areas = new Map<string, Set<string>>();
  const violations = [...sources].flatMap(([path, text]) => [
    ...textRules(path, text),
    ...importsOf(text).flatMap(({ specifier, line }) => {
      if (!specifier.startsWith('.')) return [];
      const target = posix.join(posix.dirname(path), specifier);
      if (partOf(path) === 'pages' && partOf(target) === 'pages' && areaOf(path) !== areaOf(target)) {
        areas.set(areaOf(path), (areas.get(areaOf(path)) ?? new Set()).add(areaOf(target)));
      }
      const why = forbidden(path, target, sources);
      return why ? [`${path}:${line}: imports ${target}: ${why}`] : [];
    }),
  ]);
  return [...violations, ...circlesOf(areas)];
}

/** `limits -> keys -> limits`, once for each area that begins one. */
function circlesOf(areas: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const reaches = (from: string, to: string, seen: readonly string[]): readonly string[] | undefined => {
    for (const next of areas.get(from) ?? []) {
      if (next === to) return [...seen, from, to];
      if (seen.includes(next)) continue;
      const way = reaches(next, to, [...seen, from]);
      if (way) return way;
    }
    return undefined;
  };
  return [...areas.keys()].flatMap((area) => {
    const way = reaches(area, area, []);
    return way ? [`areas in a circle: ${way.join(' -> ')}`] : [];
  });
}

function forbidden(from: string, to: string, sources: ReadonlyMap<string, string>): string | undefined {
  if (!to.startsWith('console/')) {
    return from === door && to === 'src/admin/contract.ts' ? undefined : 'outside of the console';
  }
  if (/\.css$/.test(to)) return undefined;
  if (!sources.has(to)) return 'no source file';
  if (!mayImport[partOf(from)]?.includes(partOf(to))) {
    return `${partOf(from)} may not import ${partOf(to)}`;
  }
  return undefined;
}

const partOf = (path: string) => path.split('/')[2] ?? '';
const areaOf = (path: string) => path.split('/')[3] ?? '';

function textRules(path: string, text: string): string[] {
  const violations: string[] = [];
  const code = withoutComments(text);
  const header = /^(?:(?:\/\/.*\n)+|\/\*[\s\S]*?\*\/)/.exec(text)?.[0];
  if (!header) violations.push(`${path}: opens without a comment that says what it is for`);
  const lines = text.split('\n').length - 1;
  if (lines > longestFile && !/\blong\b/i.test(header ?? '')) {
    violations.push(`${path}: has ${lines} lines; above ${longestFile} its header says why it is long`);
  }
  if (vagueNames.test(path)) violations.push(`${path}: its name says nothing`);
  if (/@ts-(?:ignore|nocheck|expect-error)/.test(text)) violations.push(`${path}: hides an error`);
  if (/\bas any\b|:\s*any\b(?=[\s;,)=])/.test(code)) violations.push(`${path}: \`any\` hides a type`);
  if (/dangerouslySetInnerHTML|\binnerHTML\b/.test(code)) violations.push(`${path}: writes HTML by hand`);
  if (path === door && /^(?:export|import)(?! type)/m.test(code)) {
    violations.push(`${path}: takes more than types of the gateway`);
  }
  return violations;
}
