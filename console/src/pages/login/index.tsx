// Signing in: with a password, or at an identity provider. Says what to do where nobody has set the gateway up yet.
import { useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { CircleAlert } from 'lucide-react';
import { useEffect } from 'react';
import type { SessionOptions } from '../../api/contract.ts';
import { sessionOptionsQuery } from '../../api/session.ts';
import { Code } from '../../ui/code-block.tsx';
import { Entrance } from '../../ui/entrance.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { useSearchValues } from '../../ui/search-values.ts';
import { Loading, Skeleton } from '../../ui/skeleton.tsx';
import { safeNext } from './next-place.ts';
import { PasswordForm } from './password-form.tsx';
import { ssoErrorWords } from './sso-errors.ts';
import { Or, SsoLinks } from './sso-links.tsx';

export function LoginPage() {
  const [search] = useSearchValues();
  const router = useRouter();
  // Asked anew: what was known before this page was opened may be of a session that has just been signed out.
  const options = useQuery({ ...sessionOptionsQuery, refetchOnMount: 'always' });
  const signedIn = options.isFetchedAfterMount && options.data?.signed_in === true;
  const next = safeNext(search.next);
  useEffect(() => {
    if (signedIn) router.history.replace(next);
  }, [signedIn, next, router]);
  if (options.data?.setup_required) return <NotSetUp />;
  return (
    <Entrance
      title="Sign in to Tollgate"
      footer={
        options.data ? (
          <>
            Lost your password? An administrator can make a link for a new one.
            <br />
            <span className="tabular-nums">Tollgate {options.data.version}</span>
          </>
        ) : null
      }
    >
      <SsoProblem code={search.error} />
      {options.error ? (
        <ErrorState error={options.error} onRetry={() => void options.refetch()} />
      ) : options.data ? (
        <Ways options={options.data} next={next} onSignedIn={() => router.history.replace(next)} />
      ) : (
        <Place />
      )}
    </Entrance>
  );
}

interface WaysProps {
  readonly options: SessionOptions;
  readonly next: string;
  readonly onSignedIn: () => void;
}

function Ways({ options, next, onSignedIn }: WaysProps) {
  return (
    <>
      {options.sso.length > 0 ? <SsoLinks providers={options.sso} next={next} /> : null}
      {options.sso.length > 0 && options.password_login ? <Or /> : null}
      {options.password_login ? <PasswordForm onSignedIn={onSignedIn} /> : null}
    </>
  );
}

function SsoProblem({ code }: { readonly code: string | undefined }) {
  const words = ssoErrorWords(code);
  if (!words) return null;
  return (
    <div role="alert" className="mb-4 flex gap-2 rounded-md bg-bad-soft px-3 py-2 text-bad-text text-sm">
      <CircleAlert size={15} className="mt-0.5 shrink-0" aria-hidden="true" />
      <div>
        <p className="font-medium">{words.title}.</p>
        <p>{words.advice}</p>
      </div>
    </div>
  );
}

function NotSetUp() {
  return (
    <Entrance
      title="This gateway is not set up yet"
      description="Nobody can sign in before there is a first administrator."
    >
      <p className="text-sm">
        Open the <strong>admin link</strong> that the first start printed in its terminal or log. It ends in{' '}
        <Code>/#setup=…</Code>
      </p>
      <p className="mt-3 text-muted text-sm">
        Nowhere to be found? Where the gateway runs, <Code>tollgate admin token --new</Code> prints another,
        and ends the one before.
      </p>
    </Entrance>
  );
}

function Place() {
  return (
    <div className="space-y-4">
      <Loading label="Loading the ways to sign in" />
      <Skeleton className="h-13 w-full" />
      <Skeleton className="h-13 w-full" />
      <Skeleton className="h-8 w-full" />
    </div>
  );
}
