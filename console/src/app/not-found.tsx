// An address nothing is at.
import { ButtonLink } from '../ui/button.tsx';
import { PageHeader } from '../ui/page-header.tsx';

export function NotFound() {
  return (
    <main id="main" className="mx-auto max-w-lg px-6 py-24 text-center">
      <div className="flex justify-center">
        <PageHeader title="There is no such page" description="The address may be old, or mistyped." />
      </div>
      <ButtonLink to="/">Go to the overview</ButtonLink>
    </main>
  );
}
