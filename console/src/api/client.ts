// The one way to the admin API: session cookie, CSRF token on writes, If-Match from a revision, error envelope to ApiError.
// Knows no resource and no React.
import { errorOf, unreachable } from './error.ts';

export type QueryValues = Readonly<
  Record<string, string | number | boolean | readonly string[] | null | undefined>
>;

export interface CallOptions {
  readonly query?: QueryValues | undefined;
  readonly body?: unknown;
  /** Of what was read: goes out as `If-Match`, so that nobody's change is overwritten unseen. */
  readonly revision?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export const adminPrefix = '/admin/v1';

export class ApiClient {
  #csrfToken: string | undefined;
  readonly #onSignedOut = new Set<() => void>();

  /** From `GET /session`; sent with every write. */
  setCsrfToken(token: string | undefined): void {
    this.#csrfToken = token;
  }

  /** Called when an answer says that there is no session any more. Returns the function that takes it back. */
  onSignedOut(listener: () => void): () => void {
    this.#onSignedOut.add(listener);
    return () => this.#onSignedOut.delete(listener);
  }

  get<T>(path: string, options: CallOptions = {}): Promise<T> {
    return this.#json<T>('GET', path, options);
  }
  post<T>(path: string, body?: unknown, options: CallOptions = {}): Promise<T> {
    return this.#json<T>('POST', path, { ...options, body });
  }
  patch<T>(path: string, body: unknown, revision: number | undefined): Promise<T> {
    return this.#json<T>('PATCH', path, { body, revision });
  }
  put<T>(path: string, body: unknown, revision?: number): Promise<T> {
    return this.#json<T>('PUT', path, { body, revision });
  }
  delete<T = void>(path: string, revision?: number): Promise<T> {
    return this.#json<T>('DELETE', path, { revision });
  }

  /** The answer as it comes, for downloads and streams. Throws ApiError for anything but success. */
  async raw(method: string, path: string, options: CallOptions = {}): Promise<Response> {
    const headers = new Headers();
    if (options.body !== undefined) headers.set('content-type', 'application/json');
    if (options.revision !== undefined) headers.set('if-match', `"${options.revision}"`);
    if (method !== 'GET' && this.#csrfToken !== undefined) headers.set('x-csrf-token', this.#csrfToken);
    const response = await fetch(`${adminPrefix}${path}${queryString(options.query)}`, {
      method,
      headers,
      credentials: 'same-origin',
      cache: 'no-store',
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      ...(options.signal ? { signal: options.signal } : {}),
    }).catch((error: unknown) => {
      if (options.signal?.aborted) throw error;
      throw unreachable();
    });
    if (response.ok) return response;
    if (response.status === 401) for (const listener of this.#onSignedOut) listener();
    throw await errorOf(response);
  }

  async #json<T>(method: string, path: string, options: CallOptions): Promise<T> {
    const response = await this.raw(method, path, options);
    const text = await response.text();
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }
}

/** `?a=1&b=2&b=3`, without what is not set. */
export function queryString(query: QueryValues = {}): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === null || value === '') continue;
    for (const each of Array.isArray(value) ? value : [value]) params.append(name, String(each));
  }
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}

/** A path with its parts encoded: pathOf`/models/${name}`. */
export function pathOf(strings: TemplateStringsArray, ...values: readonly string[]): string {
  return String.raw({ raw: strings }, ...values.map((value) => encodeURIComponent(value)));
}

/** A browser's tab has one session, so it has one client. */
export const api = new ApiClient();
