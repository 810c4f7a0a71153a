// While a page's code is on its way: the places of its title and content.
import { Loading, Skeleton } from '../ui/skeleton.tsx';

export function PagePending() {
  return (
    <div>
      <Loading label="Loading the page" />
      <Skeleton className="mb-6 h-7 w-48" />
      <Skeleton className="h-64 w-full rounded-lg" />
    </div>
  );
}
