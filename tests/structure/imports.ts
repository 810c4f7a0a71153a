// Reads the import statements of a source file. A pattern is enough and needs no parser: Biome's formatting, which the
// checks enforce, puts every static import at the start of a line with its path in single quotes.

export interface Import {
  /** As written: `./x.ts`, `node:fs`, `undici`. */
  readonly specifier: string;
  /** From 1. */
  readonly line: number;
}

const patterns = [
  // import x from '…', import type { x } from '…', export { x } from '…', export * from '…'
  /^(?:import|export)\b[^;'"`()=]*?\bfrom\s+['"]([^'"]+)['"]/gm,
  // import '…'
  /^import\s+['"]([^'"]+)['"]/gm,
  // import('…'), also as a type: import('…').X; what is not a literal cannot be a file of ours.
  /\bimport\(\s*['"`]([^'"`$]+)['"`]/g,
];

export function importsOf(source: string): Import[] {
  const code = withoutComments(source);
  return patterns
    .flatMap((pattern) => [...code.matchAll(pattern)])
    .map((match) => ({ specifier: match[1] ?? '', line: lineOf(code, match.index) }))
    .sort((a, b) => a.line - b.line);
}

/** Blanks whole-line, trailing and block comments; lines stay where they are, and `https://` in a string stays. */
export function withoutComments(source: string): string {
  return source
    .replace(/^[ \t]*\/\*[\s\S]*?\*\//gm, (comment) => comment.replace(/[^\n]/g, ' '))
    .replace(/(^|\s)\/\/.*$/gm, (_, before: string) => before);
}

export function lineOf(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}
