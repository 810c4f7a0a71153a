// Texts that no database here stores as they are: PostgreSQL takes no U+0000, and a lone surrogate is no character, which
// UTF-8 turns into another. They are refused at the door, so that both databases answer alike.
import { TollgateError } from '../core/errors.ts';

/** Throws TollgateError `invalid_value` with the path of the first text that cannot be stored. `value`: of JSON. */
export function requireStorable(value: unknown): void {
  // Not by recursion: the depth is the client's choice.
  const rest: [path: string, value: unknown][] = [['', value]];
  for (let next = rest.pop(); next; next = rest.pop()) {
    const [path, found] = next;
    if (typeof found === 'string') requireText(path, found);
    if (typeof found !== 'object' || found === null) continue;
    for (const [name, member] of Object.entries(found).reverse()) {
      if (Array.isArray(found)) rest.push([`${path}[${name}]`, member]);
      else {
        requireText(path, name);
        rest.push([path === '' ? name : `${path}.${name}`, member]);
      }
    }
  }
}

function requireText(path: string, text: string): void {
  const reason = text.includes('\0')
    ? 'it has the character U+0000, which cannot be stored.'
    : text.isWellFormed()
      ? undefined
      : 'it has a lone surrogate (U+D800 to U+DFFF), which is no character.';
  if (reason) throw new TollgateError('invalid_value', { param: path, values: { reason } });
}
