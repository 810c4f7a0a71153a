// Hides secrets in the text of tollgate.yaml before any line of it is shown. The text keeps its length and its line
// breaks, so places stay right; `${NAME}` and `${secret:NAME}` stay readable, since they hold no value.
import { type Document, isNode, isScalar, visit } from 'yaml';
import { secretNameProblem } from '../core/secret-name.ts';

/** Names whose values are secrets, also when mistyped (`apikey`, `API-Key`) or not ours (`x-auth-token`). */
const secretName = /key|secret|token|passw|auth|credential|cookie/i;
const harmless: ReadonlySet<string> = new Set(['max_tokens_field', 'max_output_tokens', 'first_token']);
const isSecretName = (name: string) => name === 'headers' || (secretName.test(name) && !harmless.has(name));

/** `name: value` as it looks in a line, for text that YAML cannot parse. */
const assignment =
  /((?<!\$\{)[\w.-]{0,32}(?:key|secret|token|passw|auth|credential|cookie)[\w.-]{0,32})(["']?[ \t]*:[ \t]*)("(?:[^"\\]|\\[\s\S])*"?|'(?:[^']|'')*'?|[^,}\n]*)/gi;
const headersInBraces = /(\bheaders["']?[ \t]*:[ \t]*)(\{[^}]*\}?)/g;
const keyShaped = /(?:sk|pk|rk|hf|gsk|xai|key|AIza)[-_]?[A-Za-z0-9_-]{12,}/g;
const longToken = /[A-Za-z0-9+/_=-]{20,}/g;
const urlCredentials = /(:\/\/)([^\s/@"']+)(?=@)/g;

export function maskSecrets(text: string, document: Document): string {
  let masked = text
    .replace(assignment, (whole, name: string, colon: string, value: string) =>
      isSecretName(name) ? name + colon + stars(value) : whole,
    )
    .replace(keyShaped, (key) => stars(key))
    .replace(urlCredentials, (_, slashes: string, credentials: string) => slashes + stars(credentials));
  // What cannot be parsed may be a secret that lost its quotes.
  if (document.errors.length > 0) {
    masked = masked
      .replace(headersInBraces, (_, name: string, braces: string) => name + stars(braces))
      .replace(longToken, (token) => stars(token));
  }

  return maskRanges(masked, secretRanges(document));
}

type Range = readonly [start: number, end: number];

/** Where YAML says that secrets stand, in the order of the text; ranges may lie inside each other. */
function secretRanges(document: Document): Range[] {
  const ranges: Range[] = [];
  visit(document, {
    Pair(_, pair) {
      if (!isScalar(pair.key)) return undefined;
      const name = String(pair.key.value);
      // `api_ "secret"` where a colon got lost: the whole is one key to YAML.
      if (/[\s"'=]/.test(name) && pair.key.range) ranges.push([pair.key.range[0], pair.key.range[1]]);
      if (!isSecretName(name)) return undefined;
      for (const range of scalarsIn(pair.value)) ranges.push(range);
      return visit.SKIP;
    },
  });
  return ranges.sort((a, b) => a[0] - b[0]);
}

/** The values below a node, without the keys. */
function scalarsIn(node: unknown): Range[] {
  const ranges: Range[] = [];
  if (!isNode(node)) return ranges;
  visit(node, {
    Scalar(part, { range }) {
      if (part !== 'key' && range) ranges.push([range[0], range[1]]);
    },
  });
  return ranges;
}

function maskRanges(text: string, ranges: readonly Range[]): string {
  let masked = '';
  let done = 0;
  for (const [start, end] of ranges) {
    if (end <= done) continue;
    const from = Math.max(start, done);
    masked += text.slice(done, from) + stars(text.slice(from, end));
    done = end;
  }
  return masked + text.slice(done);
}

/** Asterisks for all but references, line breaks and the quotes around. */
function stars(value: string): string {
  return value.replace(
    /\$\{secret:([\w.-]+)\}|\$\{[A-Za-z_][A-Za-z0-9_]*\}|[\s\S]/g,
    (piece, name?: string) => {
      if (name !== undefined && secretNameProblem(name) !== undefined) return '*'.repeat(piece.length);
      return piece.length > 1 || /[\s"']/.test(piece) ? piece : '*';
    },
  );
}
