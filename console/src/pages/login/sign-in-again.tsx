// The session ended while a page was open: signing in again over the page, which stays as it is. Whoever signed in meanwhile in
// another tab need not do it here too.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api } from '../../api/client.ts';
import type { Session } from '../../api/contract.ts';
import { useKeepSession } from '../../api/keep-session.ts';
import { sessionOptionsQuery, useSession } from '../../api/session.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { PasswordForm } from './password-form.tsx';
import { Or, SsoLinks } from './sso-links.tsx';

export function SignInAgain({ onSignedIn }: { readonly onSignedIn: () => void }) {
  const member = useSession()?.member;
  const options = useQuery(sessionOptionsQuery).data;
  const client = useQueryClient();
  const keep = useKeepSession();

  function goOn(session: Session): void {
    // What is on the page is another's.
    if (member !== undefined && session.member.id !== member.id) {
      location.assign('/');
      return;
    }
    keep(session);
    onSignedIn();
    void client.invalidateQueries();
  }

  const look = async () => {
    const session = await api.get<Session>('/session').catch(() => undefined);
    if (session) goOn(session);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: as long as the dialog is there
  useEffect(() => {
    const back = () => void look();
    addEventListener('focus', back);
    return () => removeEventListener('focus', back);
  }, []);

  return (
    <Dialog
      open
      held
      onOpenChange={() => undefined}
      title="Your session has ended"
      description="Sign in again to go on. What you have typed on the page stays."
    >
      {options && options.sso.length > 0 ? (
        <>
          <SsoLinks providers={options.sso} next="/account" newTab />
          <p className="mt-2 text-faint text-xs">Opens a new tab. Come back when you are signed in there.</p>
          {options.password_login ? <Or /> : null}
        </>
      ) : null}
      {options?.password_login === false ? null : <PasswordForm email={member?.email} onSignedIn={goOn} />}
      <div className="mt-4 text-center">
        <Button variant="ghost" size="sm" onClick={() => location.assign('/login')}>
          Sign in as somebody else
        </Button>
      </div>
    </Dialog>
  );
}
