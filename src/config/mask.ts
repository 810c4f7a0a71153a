// Hides secrets in the text of tollgate.yaml before any line of it is shown. The text keeps its length and its line
// breaks, so places stay right; `${NAME}` stays readable, since it names a variable and holds no value.
import { type Document, isPair, isScalar, visit } from 'yaml';

/** Names whose values are secrets, also when mistyped (`apikey`, `API-Key`) or not ours (`x-auth-token`). */
const secretName = /key|secret|token|passw|auth|credential|cookie/i;
const harmless: ReadonlySet<string> = new Set(['max_tokens_field', 'max_output_tokens', 'first_token']);
const isSecretName = (name: string) => name === 'headers' || (secretName.test(name) && !harmless.has(name));

/** `name: value` as it looks in a line, for text that YAML cannot parse. */
const assignment =
  /([\w.-]*(?:key|secret|token|passw|auth|credential|cookie)[\w.-]*)(["']?[ \t]*:[ \t]*)("(?:[^"\\]|\\[\s\S])*"?|'(?:[^']|'')*'?|[^,}\n]*)/gi;
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

  visit(document, {
    Pair(_, pair) {
      if (!isScalar(pair.key)) return;
      const name = String(pair.key.value);
      // `api_ "secret"` where a colon got lost: the whole is one key to YAML.
      if (/[\s"'=]/.test(name) && pair.key.range)
        masked = maskRange(masked, pair.key.range[0], pair.key.range[1]);
      if (!isSecretName(name)) return;
      if (pair.value === null) return;
      visit(pair.value as Parameters<typeof visit>[0], {
        Scalar(part, scalar, path) {
          const isName = part === 'key' && isPair(path.at(-1));
          if (!isName && scalar.range) masked = maskRange(masked, scalar.range[0], scalar.range[1]);
        },
      });
    },
  });
  return masked;
}

const maskRange = (text: string, start: number, end: number) =>
  text.slice(0, start) + stars(text.slice(start, end)) + text.slice(end);

/** Asterisks for all but references, line breaks and the quotes around. */
function stars(value: string): string {
  return value.replace(/\$\{[A-Za-z_][A-Za-z0-9_]*\}|[\s\S]/g, (piece) =>
    piece.length > 1 || /[\s"']/.test(piece) ? piece : '*',
  );
}
