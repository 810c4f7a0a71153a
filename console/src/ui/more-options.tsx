// The end of a list that is longer than what is shown of it.
import { formatCount } from './format/quantity.ts';

export function MoreOptions({ count }: { readonly count: number }) {
  if (count === 0) return null;
  return (
    <p className="px-2 py-1.5 text-faint text-xs">{formatCount(count)} more. Type to narrow them down.</p>
  );
}
