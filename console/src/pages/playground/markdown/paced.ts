// The newest of a value that changes all the time, but not more often than it can be drawn.
import { useEffect, useRef, useState } from 'react';

/** The last value always comes, at the latest after `intervalMs`; 0 = at once. */
export function usePaced<T>(value: T, intervalMs: number): T {
  const [shown, setShown] = useState(value);
  const last = useRef(0);
  useEffect(() => {
    const left = last.current + intervalMs - performance.now();
    const show = () => {
      last.current = performance.now();
      setShown(value);
    };
    if (left <= 0) {
      show();
      return;
    }
    const timer = setTimeout(show, left);
    return () => clearTimeout(timer);
  }, [value, intervalMs]);
  return intervalMs === 0 ? value : shown;
}
