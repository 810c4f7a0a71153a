// The page of its area; not built yet.
import { PageHeader } from '../../ui/page-header.tsx';

export function AccountPage() {
  return <PageHeader title="Your account" />;
}
