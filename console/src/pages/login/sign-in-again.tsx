// Signing in again over an open page; not built yet: goes to the login page and comes back.
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';

export function SignInAgain({ onSignedIn }: { readonly onSignedIn: () => void }) {
  return (
    <Dialog open onOpenChange={onSignedIn} title="Your session has ended">
      <p className="mb-4 text-muted text-sm">Sign in again to go on.</p>
      <Button
        variant="primary"
        onClick={() =>
          location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`)
        }
      >
        Sign in
      </Button>
    </Dialog>
  );
}
