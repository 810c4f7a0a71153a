// Which passwords are refused: the short ones and those that are guessed first. No rules about digits or signs, as NIST asks
// (SP 800-63B section 3.1.1.2): they make passwords worse. Pure.

export const shortestPassword = 10;
/** Longer ones are no safer; and hashing them is work. */
export const longestPassword = 256;

/** Stems of what leaked lists begin with; digits and signs around them change nothing. */
const guessedFirst = new Set(
  `password passwort passwd pass motdepasse contrasena senha parola qwerty qwertz azerty qwertyuiop asdfghjkl asdfgh zxcvbnm
letmein welcome willkommen bienvenue iloveyou monkey dragon sunshine princess football baseball superman batman trustno
starwars whatever changeme changeit default secret administrator admin root toor login guest user test tester testing master
shadow michael jennifer charlie abcdef abcdefgh abcdefghij letmeinnow iloveyouso qazwsx qazwsxedc passwordpassword adminadmin
testtest secretsecret hunter correcthorsebatterystaple opensesame gateway tollgate tollgateadmin summer winter spring autumn
google github chatgpt openai company internet computer`.split(/\s+/),
);

const rows = [
  '1234567890',
  '0987654321',
  'abcdefghijklmnopqrstuvwxyz',
  'qwertyuiop',
  'qwertzuiop',
  'azertyuiop',
  'asdfghjkl',
  'zxcvbnm',
];

/** The end of the sentence "Invalid value for 'password': …", or `undefined` when it may be used. */
export function passwordProblem(
  password: string,
  person: { readonly email: string; readonly name?: string | undefined },
): string | undefined {
  const typed = password.normalize('NFKC');
  const length = [...typed].length;
  if (length < shortestPassword) {
    return `it has ${length} ${length === 1 ? 'character' : 'characters'}, and needs at least ${shortestPassword}. Several words in a row are easy to remember.`;
  }
  if (length > longestPassword) return `it has ${length} characters; ${longestPassword} are the most.`;
  const lower = typed.toLowerCase();
  if (new Set(lower).size < 5) return 'it repeats a few characters, which is guessed at once.';
  if (isRow(lower)) return 'it is a row of keys or digits, which is guessed at once.';
  const stem = withoutAdornment(lower);
  if (guessedFirst.has(stem) || isRow(stem)) return 'it is one of the passwords that are guessed first.';
  const [local = ''] = person.email.toLowerCase().split('@');
  const own = [person.email.toLowerCase(), local, (person.name ?? '').toLowerCase().replace(/\s+/g, '')];
  if (own.some((each) => each.length > 2 && (stem === withoutAdornment(each) || lower === each))) {
    return 'it is your name or e-mail address.';
  }
  return undefined;
}

/** `P@ssw0rd2026!` -> `password`. */
function withoutAdornment(lower: string): string {
  const letters: Readonly<Record<string, string>> = {
    '@': 'a',
    '4': 'a',
    '0': 'o',
    $: 's',
    '3': 'e',
    '1': 'i',
  };
  return lower
    .replace(/^[\d\W_]+|[\d\W_]+$/g, '')
    .replace(/[@40$31]/g, (sign) => letters[sign] ?? sign)
    .replace(/[\W_]/g, '');
}

/** Four or more in a row, and nothing else, as often as you like: `12345678901234`, `qwertyqwerty`. */
function isRow(text: string): boolean {
  if (text.length < 6) return false;
  for (const row of rows) {
    const endless = row.repeat(Math.ceil(text.length / row.length) + 1);
    if (endless.includes(text)) return true;
  }
  const half = text.slice(0, Math.ceil(text.length / 2));
  return (
    half.length > 3 && text === (half + half).slice(0, text.length) && (isRow(half) || guessedFirst.has(half))
  );
}
