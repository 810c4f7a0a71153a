// Whether the window is as wide as tables need it, for what would be too much to have in the document twice.
import { useSyncExternalStore } from 'react';

/** Where Tailwind's `md` begins. */
const wide = matchMedia('(min-width: 48rem)');

function subscribe(listener: () => void): () => void {
  wide.addEventListener('change', listener);
  return () => wide.removeEventListener('change', listener);
}

export function useWide(): boolean {
  return useSyncExternalStore(subscribe, () => wide.matches);
}
