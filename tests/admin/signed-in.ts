// Somebody at the console, without a browser: keeps cookies, sends the CSRF token, and is who they signed in as.
import type { Json } from '../support/scripted-upstream.ts';
import type { AdminAnswer, AdminStand } from './stand.ts';

export const goodPassword = 'plum-tractor-orbit-9';

export interface Person {
  readonly cookies: Map<string, string>;
  csrf: string | undefined;
  call(method: string, path: string, body?: Json, headers?: Record<string, string>): Promise<AdminAnswer>;
  signIn(email: string, password?: string): Promise<AdminAnswer>;
}

/** Without cookies, as a new browser is. */
export function stranger(admin: AdminStand, standing: Record<string, string> = {}): Person {
  const person: Person = {
    cookies: new Map(),
    csrf: undefined,
    call: async (method, path, body, headers = {}) => {
      const response = await fetch(`${admin.gateway.url}/admin/v1${path}`, {
        method,
        redirect: 'manual',
        headers: {
          ...(person.cookies.size > 0
            ? { cookie: [...person.cookies].map((pair) => pair.join('=')).join('; ') }
            : {}),
          ...(method !== 'GET' && person.csrf !== undefined ? { 'x-csrf-token': person.csrf } : {}),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...standing,
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      for (const line of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        if (/Max-Age=0/.test(line)) person.cookies.delete(name);
        else person.cookies.set(name, value);
      }
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.startsWith('application/json');
      const parsed = isJson && text ? JSON.parse(text) : undefined;
      if (parsed?.csrf_token) person.csrf = parsed.csrf_token;
      return { status: response.status, headers: response.headers, text, body: parsed };
    },
    signIn: (email, password = goodPassword) => person.call('POST', '/session', { email, password }),
  };
  return person;
}

/** The first administrator, who has just set the gateway up. */
export async function setUp(admin: AdminStand, email = 'ada@example.com'): Promise<Person> {
  const person = stranger(admin);
  const answer = await person.call(
    'POST',
    '/setup',
    { name: 'Ada', email, password: goodPassword },
    { authorization: `Bearer ${admin.token}` },
  );
  if (answer.status !== 201) throw new Error(`set-up: ${answer.status} ${answer.text}`);
  return person;
}

/** Somebody whom `boss` invited and who has come in. */
export async function join(admin: AdminStand, boss: Person, email: string, role: string): Promise<Person> {
  const invited = await boss.call('POST', '/members', { email, role });
  if (invited.status !== 201) throw new Error(`invite: ${invited.status} ${invited.text}`);
  const person = stranger(admin);
  const token = tokenOf(invited.body.invitation.url);
  const accepted = await person.call('POST', '/session/link/accept', { token, password: goodPassword });
  if (accepted.status !== 201) throw new Error(`accept: ${accepted.status} ${accepted.text}`);
  return person;
}

export function tokenOf(url: string): string {
  return url.split('#token=')[1] ?? '';
}
