// What a failed trial says to the operator: a sentence of ours and the upstream's own words, without secrets.
import type { ProviderDefinition } from '../../config/providers.ts';
import type { Secret } from '../../config/secret.ts';
import type { TollgateError } from '../../core/errors.ts';
import type { Trial } from './trial.ts';

/** What the catalogue says to clients, said to the one who can mend it. */
const toOperator: Readonly<Partial<Record<TollgateError['code'], string>>> = {
  upstream_auth_error:
    'The provider does not accept the key: check `api_key`, and that the account may use this model.',
  upstream_out_of_credit: 'The account at the provider has no credit or quota left: top it up.',
  upstream_rate_limited: 'The provider is rate limiting this account: try again later.',
  upstream_overloaded: 'The provider is at capacity: try again later.',
};
const notFound =
  'The provider knows no such model, or no such address: check `model` of the target and `base_url` of the provider.';

/** Ends in a full stop. */
export function sentenceOf({ error, status }: Trial): string {
  if (!error) return '';
  if (status === 404) return notFound;
  return toOperator[error.code] ?? error.message;
}

const longestQuote = 300;

/** The upstream's own words, or the system's where there was no upstream; `undefined` if the sentence has them. */
export function quoteOf({ error, status }: Trial, secrets: readonly string[]): string | undefined {
  const { cause } = error ?? {};
  if (!(cause instanceof Error)) return undefined;
  const said =
    cause.message.replace(/^upstream status \d+: ?/, '') || String((cause as { code?: unknown }).code ?? '');
  const quote = quoteWords(said, secrets);
  if (quote === undefined || quote === 'undefined') return undefined;
  return error?.message.includes(quote) && status !== 404 ? undefined : quote;
}

/** What somebody else said: on one line, not too long, without secrets; `undefined` if nothing is left. */
export function quoteWords(said: string, secrets: readonly string[]): string | undefined {
  const clean = onOneLine(withoutSecrets(said, secrets));
  if (clean === '') return undefined;
  return clean.length > longestQuote ? `${clean.slice(0, longestQuote)}…` : clean;
}

export function secretsOf(provider: ProviderDefinition | undefined): string[] {
  if (!provider || provider.type === 'local') return [];
  const keys = [provider.apiKey, ...(provider.apiKeys ?? []).map(({ key }) => key)];
  const pair: (Secret | undefined)[] = Object.values(provider.credentials ?? {});
  return [...keys, ...pair, ...Object.values(provider.headers)].flatMap((secret) => {
    const text = secret?.reveal();
    return text === undefined || text.length < 4 ? [] : [text];
  });
}

/** Upstreams like to quote what they were sent. */
function withoutSecrets(text: string, secrets: readonly string[]): string {
  let masked = text;
  for (const secret of secrets) masked = withoutBeginning(masked.replaceAll(secret, '***'), secret);
  return masked.replace(/\b(?:sk|pk|rk|gsk|xai|hf|key|AIza)[-_][A-Za-z0-9_*-]{12,}/g, '***');
}

/** What an upstream said may have been cut in the middle of a secret. */
function withoutBeginning(text: string, secret: string): string {
  for (let length = secret.length - 1; length >= 4; length--) {
    if (text.endsWith(secret.slice(0, length))) return `${text.slice(0, -length)}***`;
  }
  return text;
}

/** For a terminal: no escape sequences, no line breaks. */
const onOneLine = (text: string) => text.replace(/[\p{C}\s]+/gu, ' ').trim();
