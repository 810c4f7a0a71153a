// The page of a request while it is read, in the sizes it will have.
import { Loading, Skeleton } from '../../../ui/skeleton.tsx';

export function RequestSkeleton() {
  return (
    <div className="space-y-4">
      <Loading label="Loading the request" />
      <Skeleton className="h-20 w-full rounded-lg" />
      <Skeleton className="h-56 w-full rounded-lg" />
      <div className="grid gap-4 lg:grid-cols-2">
        <Skeleton className="h-52 w-full rounded-lg" />
        <Skeleton className="h-52 w-full rounded-lg" />
      </div>
    </div>
  );
}
