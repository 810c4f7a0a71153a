// Set-up without the token of the printed link, or with one that is not this gateway's: what to do.
import { useQuery } from '@tanstack/react-query';
import { ApiError } from '../../api/error.ts';
import { sessionOptionsQuery, useSession } from '../../api/session.ts';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Code } from '../../ui/code-block.tsx';
import { Entrance } from '../../ui/entrance.tsx';
import { ErrorNote } from '../../ui/error-state.tsx';

export function NoLink() {
  const options = useQuery({ ...sessionOptionsQuery, refetchOnMount: 'always' });
  const required = options.data?.setup_required;
  const session = useSession();
  if (session || (options.isFetchedAfterMount && options.data?.signed_in)) {
    return (
      <Entrance
        title="You are signed in"
        description={session ? `As ${session.member.email}.` : 'Set-up is done.'}
      >
        <ButtonLink to="/" variant="primary" className="w-full">
          Go to the console
        </ButtonLink>
      </Entrance>
    );
  }
  return (
    <Entrance title={required === false ? 'This gateway is set up' : 'Set-up needs the admin link'}>
      {required === false ? (
        <ButtonLink to="/login" variant="primary" className="w-full">
          Sign in
        </ButtonLink>
      ) : (
        <WhereToFindIt />
      )}
    </Entrance>
  );
}

interface LinkRefusedProps {
  readonly error: Error;
  readonly onRetry: () => void;
}

export function LinkRefused({ error, onRetry }: LinkRefusedProps) {
  const refused = error instanceof ApiError && (error.status === 401 || error.status === 403);
  return (
    <Entrance title={refused ? 'This admin link has ended' : 'The link could not be checked'}>
      {refused ? (
        <>
          <p className="mb-3 text-sm">
            Its token is not the one of this gateway: it was replaced by a newer one, or is not complete.
          </p>
          <WhereToFindIt />
        </>
      ) : (
        <>
          <ErrorNote error={error} />
          <Button className="mt-4 w-full" onClick={onRetry}>
            Try again
          </Button>
        </>
      )}
    </Entrance>
  );
}

function WhereToFindIt() {
  return (
    <div className="space-y-3 text-sm">
      <p>
        The first start of the gateway printed it, once, in its terminal or log. It ends in{' '}
        <Code>/#setup=…</Code>
      </p>
      <p className="text-muted">
        Nowhere to be found? Where the gateway runs, <Code>tollgate admin token --new</Code> prints another,
        and ends the one before.
      </p>
    </div>
  );
}
