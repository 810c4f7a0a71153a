// Who is calling the admin API: whoever has the admin token, or a member by the cookie of a session. What a cookie comes with on a
// change has to show that a page of this gateway sent it.
import type { IncomingMessage } from 'node:http';
import { isCsrfToken, type OpenSession, type Sessions } from '../accounts/sessions.ts';
import { TollgateError } from '../core/errors.ts';
import type { Caller } from '../core/roles.ts';
import type { AdminAuthenticator } from './authenticate.ts';
import { type ClientFacts, refused, requireSameOrigin } from './client-facts.ts';
import { sessionCookie } from './session-cookies.ts';

export interface Identified {
  readonly caller: Caller;
  readonly session?: OpenSession;
  /** Whether the session is still there, for answers that take long. */
  readonly goesOn?: () => Promise<boolean>;
}

export interface Callers {
  /** Throws TollgateError. */
  identify(incoming: IncomingMessage, client: ClientFacts, hosts: readonly string[]): Promise<Identified>;
  /** For what anyone may call: refuses what a page of another site sends. */
  admitAnyone(incoming: IncomingMessage, hosts: readonly string[]): Identified;
}

const anyone: Identified = { caller: { kind: 'anyone', name: 'anonymous', role: 'viewer' } };

export function createCallers(
  byToken: AdminAuthenticator,
  sessions: Pick<Sessions, 'find' | 'goesOn'>,
): Callers {
  return {
    identify: async (incoming, client, hosts) => {
      const { authorization } = incoming.headers;
      const token = client.cookie(sessionCookie);
      // Whoever sends a token means it; no page of another site can.
      if (authorization === undefined && token === undefined && isOfConsole(incoming)) {
        throw new TollgateError('session_missing');
      }
      if (authorization !== undefined || token === undefined) {
        return { caller: await byToken(authorization, client.address) };
      }
      const session = await sessions.find(token);
      if (!session) throw new TollgateError('session_missing');
      if (isChange(incoming)) {
        requireSameOrigin(incoming.headers, hosts);
        const presented = incoming.headers['x-csrf-token'];
        if (!isCsrfToken(typeof presented === 'string' ? presented : undefined, session)) {
          throw refused('the header `x-csrf-token` is missing or of another session. Reload the page.');
        }
      }
      const { id: memberId, email: name, role } = session.member;
      return {
        caller: { kind: 'member', memberId, name, role },
        session,
        goesOn: () => sessions.goesOn(token),
      };
    },
    admitAnyone: (incoming, hosts) => {
      if (isChange(incoming)) requireSameOrigin(incoming.headers, hosts);
      return anyone;
    },
  };
}

/** A page of the console, whose cookie has ended: it is not to be told of tokens. */
function isOfConsole({ headers }: IncomingMessage): boolean {
  return headers['x-csrf-token'] !== undefined || headers['sec-fetch-site'] !== undefined;
}

function isChange({ method }: IncomingMessage): boolean {
  return method !== 'GET' && method !== 'HEAD';
}
