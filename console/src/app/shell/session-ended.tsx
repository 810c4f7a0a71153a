// The session ended while a page is open: signs in again over the page, so that nothing typed in it is lost.
import { useEffect, useState } from 'react';
import { api } from '../../api/client.ts';
import { SignInAgain } from '../../pages/login/sign-in-again.tsx';

export function SessionEnded() {
  const [ended, setEnded] = useState(false);
  useEffect(() => api.onSignedOut(() => setEnded(true)), []);
  return ended ? <SignInAgain onSignedIn={() => setEnded(false)} /> : null;
}
