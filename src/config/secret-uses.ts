// Where tollgate.yaml refers to stored secrets, for people who change or remove one. Also of files with mistakes.
import { isScalar, parseDocument, visit } from 'yaml';
import type { SourceFile } from './file.ts';
import { referencePattern } from './interpolate.ts';

/** By name of the secret: the names of the providers that use it, or the path in the file where it is no provider's. */
export function secretUses(source: SourceFile | undefined): ReadonlyMap<string, readonly string[]> {
  const uses = new Map<string, string[]>();
  const note = (text: string, place: string) => {
    for (const [, name] of text.matchAll(referencePattern)) {
      if (name === undefined) continue;
      const places = uses.get(name) ?? [];
      if (!places.includes(place)) uses.set(name, [...places, place]);
    }
  };
  if (!source) return uses;
  const text = new TextDecoder().decode(source.bytes);
  const document = parsed(text);
  if (!document) {
    note(text, source.name);
    return uses;
  }
  visit(document, {
    Scalar(part, { value }, ancestors) {
      if (part === 'key' || typeof value !== 'string') return;
      const path = ancestors.flatMap((ancestor) =>
        typeof ancestor === 'object' && 'key' in ancestor && isScalar(ancestor.key)
          ? [String(ancestor.key.value)]
          : [],
      );
      const [section, name] = path;
      note(value, section === 'providers' && name !== undefined ? name : path.join('.'));
    },
  });
  return uses;
}

function parsed(text: string) {
  try {
    const document = parseDocument(text, { prettyErrors: false, uniqueKeys: false });
    return document.errors.length === 0 ? document : undefined;
  } catch {
    // @NOTE the parser recurses, so a file of nothing but brackets exhausts the stack.
    return undefined;
  }
}
