// The printed link where there is an administrator already: who lost the password sets a new one.
import { useMutation } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import type { Member, MemberLink } from '../../api/contract.ts';
import { takeLinkToken } from '../../api/link-token.ts';
import { forgetSetupToken } from '../../api/setup-token.ts';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Entrance } from '../../ui/entrance.tsx';
import { ErrorNote } from '../../ui/error-state.tsx';
import { callByToken } from './by-token.ts';

interface RecoveryProps {
  readonly token: string;
  readonly admins: readonly Member[];
}

export function Recovery({ token, admins }: RecoveryProps) {
  const router = useRouter();
  const reset = useMutation({
    mutationFn: (id: string) =>
      callByToken<MemberLink>(token, 'POST', `/members/${encodeURIComponent(id)}/link`),
    onSuccess: ({ url }) => {
      const { hash, pathname } = new URL(url);
      forgetSetupToken();
      takeLinkToken(hash);
      router.history.push(pathname);
    },
  });
  return (
    <Entrance
      title="This gateway is set up"
      description="Sign in. Or, since you have the admin link, set a new password for an administrator."
      footer="It ends the sessions of that administrator, and stands in the audit log."
    >
      <ButtonLink to="/login" variant="primary" className="w-full">
        Sign in
      </ButtonLink>
      <h2 className="mt-5 mb-2 font-medium text-sm">Lost the password?</h2>
      {reset.error ? <ErrorNote error={reset.error} className="mb-3" /> : null}
      <ul className="divide-y divide-line rounded-md border border-line">
        {admins.map(({ id, name, email, status }) => (
          <li key={id} className="flex items-center justify-between gap-3 px-3 py-2">
            <span className="min-w-0 text-sm">
              <span dir="auto" className="block truncate font-medium">
                {name}
              </span>
              <span className="block truncate text-faint text-xs">
                {email}
                {status === 'disabled' ? ' · disabled' : status === 'invited' ? ' · invited' : ''}
              </span>
            </span>
            <Button
              size="sm"
              busy={reset.isPending && reset.variables === id}
              disabled={status === 'disabled' || reset.isPending}
              aria-label={`New password for ${name}`}
              onClick={() => reset.mutate(id)}
            >
              New password
            </Button>
          </li>
        ))}
      </ul>
    </Entrance>
  );
}
