// Which members of a provider's entry are credentials, and how they are exchanged: values for references to stored secrets, and
// references for what may be shown. Pure.
import type { RoutingEntry } from '../core/routing-entries.ts';

type Entry = Readonly<Record<string, unknown>>;

/** Members that hold one credential each. All values of `headers`, and all of `api_keys`, are credentials too. */
export const credentialFields = ['api_key', 'access_key_id', 'secret_access_key', 'session_token'] as const;

const reference = /^\$\{secret:(.+)\}$/;
export const referTo = (secret: string) => `\${secret:${secret}}`;

/** The name of the secret that a value refers to; `undefined` of any other value. */
export function referredSecret(value: unknown): string | undefined {
  return typeof value === 'string' ? reference.exec(value)?.[1] : undefined;
}

/** The part of a secret's name that tells it from the others of its provider: shown, and given back to keep a key. */
export const credentialId = (secret: string) => secret.slice(secret.lastIndexOf('.') + 1);

/** The entry with each credential exchanged for what `exchange` makes of it. `path`: `api_keys[1]`, `headers.x-team`. */
export function mapCredentials(entry: Entry, exchange: (value: string, path: string) => string): Entry {
  const mapped: Record<string, unknown> = { ...entry };
  for (const field of credentialFields) {
    const value = entry[field];
    if (typeof value === 'string') mapped[field] = exchange(value, field);
  }
  if (Array.isArray(entry.api_keys)) {
    mapped.api_keys = (entry.api_keys as readonly unknown[]).map((each, index) => {
      const path = `api_keys[${index}]`;
      if (typeof each === 'string') return exchange(each, path);
      const { key } = (each ?? {}) as { key?: unknown };
      return typeof key === 'string' ? { ...(each as object), key: exchange(key, path) } : each;
    });
  }
  const { headers } = entry;
  if (typeof headers === 'object' && headers !== null) {
    mapped.headers = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [
        name,
        typeof value === 'string' ? exchange(value, `headers.${name}`) : value,
      ]),
    );
  }
  return mapped;
}

/** Names of the stored secrets that an entry refers to, by path. */
export function credentialsIn(entry: Entry): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  mapCredentials(entry, (value, path) => {
    const secret = referredSecret(value);
    if (secret !== undefined) found.set(path, secret);
    return value;
  });
  return found;
}

/** For people and the audit log: previews in the place of credentials. */
export function shownEntry({ entry, secrets }: Pick<RoutingEntry, 'entry' | 'secrets'>): Entry {
  return mapCredentials(entry, (value) => secrets[referredSecret(value) ?? '']?.preview ?? '…');
}
