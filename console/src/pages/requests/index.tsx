// The pages of its area; not built yet.
import { PageHeader } from '../../ui/page-header.tsx';

export function RequestsPage() {
  return <PageHeader title="Requests" />;
}

export function RequestPage() {
  return <PageHeader title="Request" />;
}
