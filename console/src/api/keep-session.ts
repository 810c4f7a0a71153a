// What is to be known when an answer has brought a session: its token goes with writes, and everything reads it as the one there is.
import { useQueryClient } from '@tanstack/react-query';
import { api } from './client.ts';
import type { Session } from './contract.ts';
import { sessionOptionsQuery, sessionQuery } from './session.ts';

export function useKeepSession(): (session: Session) => void {
  const client = useQueryClient();
  return (session) => {
    api.setCsrfToken(session.csrf_token);
    client.setQueryData(sessionQuery.queryKey, session);
    // Whether set-up is still to be done.
    void client.invalidateQueries({ queryKey: sessionOptionsQuery.queryKey });
  };
}
