// The page of its area; not built yet.
import { PageHeader } from '../../ui/page-header.tsx';

export function UsagePage() {
  return <PageHeader title="Usage" />;
}
