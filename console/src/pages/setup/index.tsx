// The first run; not built yet.
import { PageHeader } from '../../ui/page-header.tsx';

export function SetupPage() {
  return (
    <main id="main" className="mx-auto max-w-lg px-4 py-16">
      <PageHeader title="Set up Tollgate" />
    </main>
  );
}
