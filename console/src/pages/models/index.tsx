// The pages of its area; not built yet.
import { PageHeader } from '../../ui/page-header.tsx';

export function ModelsPage() {
  return <PageHeader title="Models" />;
}

export function ModelPage() {
  return <PageHeader title="Model" />;
}
