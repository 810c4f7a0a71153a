// Signing in with a password: what was answered, and how long to wait where there were too many attempts.
import { useMutation } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api } from '../../api/client.ts';
import type { Session, SignIn } from '../../api/contract.ts';
import { ApiError } from '../../api/error.ts';
import { useKeepSession } from '../../api/keep-session.ts';

export function useSignIn(onSignedIn: (session: Session) => void) {
  const keep = useKeepSession();
  const [waitUntil, setWaitUntil] = useState(0);
  const waitSeconds = useSecondsUntil(waitUntil);
  const mutation = useMutation({
    mutationFn: (request: SignIn) => api.post<Session>('/session', request),
    onSuccess: (session) => {
      keep(session);
      onSignedIn(session);
    },
    onError: (error) => {
      if (error instanceof ApiError && error.status === 429) {
        setWaitUntil(Date.now() + (error.retryAfter ?? 30) * 1000);
      }
    },
  });
  return {
    signIn: mutation.mutate,
    busy: mutation.isPending,
    error: mutation.error,
    waitSeconds,
  };
}

/** Counts down to 0. */
function useSecondsUntil(moment: number): number {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const count = () => setSeconds(Math.max(0, Math.ceil((moment - Date.now()) / 1000)));
    count();
    if (moment <= Date.now()) return;
    const timer = setInterval(count, 500);
    return () => clearInterval(timer);
  }, [moment]);
  return seconds;
}
