// The pages of its area; not built yet.
import { PageHeader } from '../../ui/page-header.tsx';

export function ProvidersPage() {
  return <PageHeader title="Providers" />;
}

export function ProviderPage() {
  return <PageHeader title="Provider" />;
}
