// What the heads of requests and of answers are made of, read strictly: RFC 9110 section 5, RFC 9112 sections 2.2 and 5. Where a head
// begins, what its fields mean and what is refused is for its reader to say.

/** Controls, and line ends that are not both of their characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is these that no head has
export const malformedHead = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)|(?<!\r)\n/;

/** The name of a field. */
export const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** What a field may say, as latin1. */
export const fieldValue = /^[\t\x20-\x7e\x80-\xff]*$/;

/**
 * For names that are sent often, so that they are neither checked nor made small again and again: as they are and with capitals, each
 * with the former. `names`: small, with spaces between.
 */
export function usualSpellings(names: string): ReadonlyMap<string, string> {
  return new Map(
    names.split(' ').flatMap((name) => [
      [name, name],
      [name.replace(/\b[a-z]/g, (letter) => letter.toUpperCase()), name],
    ]),
  );
}

/** The part of `text`, without the blanks around it. */
export function withoutBlanks(text: string, from: number, to: number): string {
  let start = from;
  let end = to;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

const isBlank = (code: number) => code === 0x20 || code === 0x09;
