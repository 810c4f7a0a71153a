// What a stored secret may be called. A key that was given in the place of its name is told apart, so that it is neither
// stored as a name nor shown in a message.

const pattern = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;
/** Keys of the well-known providers, and long ones without any separator. */
const keyShaped = /^(?:(?:sk|pk|rk|hf|gsk|xai)[-_]|AIza).{12,}$|^(?=.*\d)(?=.*[A-Za-z])[A-Za-z0-9]{24,}$/;

/** What is wrong with the name, or `undefined`. Does not repeat it. */
export function secretNameProblem(name: string): string | undefined {
  if (keyShaped.test(name)) return 'that looks like a key, not like the name of one.';
  if (pattern.test(name)) return undefined;
  return 'a name has 1 to 64 letters, digits, dots, dashes and underscores, and begins with a letter or a digit.';
}
