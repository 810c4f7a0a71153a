// Whether the top of the page is out of sight: then a list that grows at its top would move under the reader's eyes.
import { useSyncExternalStore } from 'react';

const topPixels = 120;

function subscribe(listener: () => void): () => void {
  addEventListener('scroll', listener, { passive: true });
  return () => removeEventListener('scroll', listener);
}

export function useScrolledAway(): boolean {
  return useSyncExternalStore(subscribe, () => scrollY > topPixels);
}
