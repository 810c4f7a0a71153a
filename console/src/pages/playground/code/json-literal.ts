// JSON values as other languages write them, indented like code a person would write.

interface Literals {
  readonly true: string;
  readonly false: string;
  readonly null: string;
  /** Whether a name stands without quotes. */
  bareName(name: string): boolean;
  text(value: string): string;
}

const python: Literals = {
  true: 'True',
  false: 'False',
  null: 'None',
  bareName: () => false,
  text: quoted,
};

const javaScript: Literals = {
  true: 'true',
  false: 'false',
  null: 'null',
  bareName: (name) => /^[A-Za-z_$][\w$]*$/.test(name) && name !== '__proto__',
  text: (value) => (/^[^'\\\p{Cc}\u2028\u2029\p{Cs}]*$/u.test(value) ? `'${value}'` : quoted(value)),
};

export function pythonLiteral(value: unknown, indent: number): string {
  return literal(value, indent, 4, python);
}

export function javaScriptLiteral(value: unknown, indent: number): string {
  return literal(value, indent, 2, javaScript);
}

/** What JSON escapes, both languages read the same way. Line separators are escaped too, for editors that break lines at them. */
function quoted(value: string): string {
  return JSON.stringify(value).replace(/[\u007f\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

const longestLine = 80;

function literal(value: unknown, indent: number, step: number, words: Literals): string {
  if (value === null || value === undefined) return words.null;
  if (typeof value === 'boolean') return value ? words.true : words.false;
  if (typeof value === 'string') return words.text(value);
  if (typeof value !== 'object') return String(value);
  const entries = Array.isArray(value)
    ? value.map((each) => literal(each, indent + step, step, words))
    : Object.entries(value).map(([name, each]) => {
        const written = words.bareName(name) ? name : words.text(name);
        return `${written}: ${literal(each, indent + step, step, words)}`;
      });
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  if (entries.length === 0) return `${open}${close}`;
  const space = Array.isArray(value) || words === python ? '' : ' ';
  const line = `${open}${space}${entries.join(', ')}${space}${close}`;
  if (line.length + indent <= longestLine && !line.includes('\n')) return line;
  const inner = ' '.repeat(indent + step);
  return `${open}\n${entries.map((each) => `${inner}${each},\n`).join('')}${' '.repeat(indent)}${close}`;
}
