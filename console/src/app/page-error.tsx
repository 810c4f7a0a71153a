// A page that broke: what happened, and a way to go on. The shell around it stays.
import { type ErrorComponentProps, useRouter } from '@tanstack/react-router';
import { messageOf } from '../api/error.ts';
import { ErrorState } from '../ui/error-state.tsx';
import { PageHeader } from '../ui/page-header.tsx';

export function PageError({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  // After an update of the gateway the chunks of the old page are gone.
  const outdated =
    /dynamically imported module|Importing a module script failed|error loading dynamically/i.test(
      messageOf(error),
    );
  const retry = () => {
    if (outdated) location.reload();
    else {
      reset();
      void router.invalidate();
    }
  };
  return (
    <div className="mx-auto max-w-3xl p-6">
      <PageHeader title="This page could not be shown" />
      {outdated ? (
        <ErrorState
          title="The console was updated meanwhile"
          error={new Error('Reload the page to go on with the new version.')}
          onRetry={retry}
        />
      ) : (
        <ErrorState error={error} onRetry={retry} />
      )}
    </div>
  );
}
