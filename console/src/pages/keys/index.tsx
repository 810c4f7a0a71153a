// The pages of its area; not built yet.
import { PageHeader } from '../../ui/page-header.tsx';

export function KeysPage() {
  return <PageHeader title="API keys" />;
}

export function KeyPage() {
  return <PageHeader title="API key" />;
}
