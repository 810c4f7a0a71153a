// Signing in; not built yet.
import { PageHeader } from '../../ui/page-header.tsx';

export function LoginPage() {
  return (
    <main id="main" className="mx-auto max-w-sm px-4 py-24">
      <PageHeader title="Sign in" />
    </main>
  );
}
