// Names of secrets inside a sentence.

export function namesOf(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}
