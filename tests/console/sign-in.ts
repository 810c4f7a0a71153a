// Signs a browser window in as a member of the role a test wants: the first administrator by the printed link's token,
// others by an invitation, each once a stand.
import type { BrowserContext } from 'playwright-core';
import type { AdminStand } from '../admin/stand.ts';

export type Role = 'admin' | 'member' | 'viewer';

export const passwordOfAll = 'violet tollbooth lantern 9417';

/** Sessions remember what they began in. */
const browserHeaders = {
  'user-agent':
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/153.0.0.0 Safari/537.36',
};

const names: Record<Role, readonly [name: string, email: string]> = {
  admin: ['Ada Lovelace', 'ada@example.com'],
  member: ['Grace Hopper', 'grace@example.com'],
  viewer: ['Alan Turing', 'alan@example.com'],
};

/** Cookies of members that were made already are used again: a session may be in many windows. */
export function createSignIn(stand: AdminStand) {
  const url = stand.gateway.url;
  const cookies = new Map<Role, Promise<readonly string[]>>();

  const cookiesOf = (role: Role) => {
    const known = cookies.get(role) ?? begin(role);
    cookies.set(role, known);
    return known;
  };

  async function begin(role: Role): Promise<readonly string[]> {
    const [name, email] = names[role];
    if (role === 'admin') {
      const answer = await stand.call(
        'POST',
        '/setup',
        { name, email, password: passwordOfAll },
        browserHeaders,
      );
      return cookiesIn(answer.status, answer.headers, answer.text);
    }
    // There is an administrator before there are others.
    await cookiesOf('admin');
    const { invitation } = await stand.post('/members', { name, email, role });
    const token = /#token=(.+)$/.exec(invitation.url)?.[1];
    const response = await fetch(`${url}/admin/v1/session/link/accept`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: url, ...browserHeaders },
      body: JSON.stringify({ token, name, password: passwordOfAll }),
    });
    return cookiesIn(response.status, response.headers, await response.text());
  }

  return async function signIn(context: BrowserContext, role: Role): Promise<void> {
    const lines = await cookiesOf(role);
    await context.addCookies(
      lines.map((line) => {
        const [pair = ''] = line.split(';');
        const at = pair.indexOf('=');
        return {
          name: pair.slice(0, at),
          value: pair.slice(at + 1),
          url,
          httpOnly: true,
          sameSite: 'Lax' as const,
        };
      }),
    );
  };
}

function cookiesIn(status: number, headers: Headers, text: string): readonly string[] {
  const lines = headers.getSetCookie();
  if (lines.length === 0) throw new Error(`nobody was signed in: ${status} ${text}`);
  return lines;
}
