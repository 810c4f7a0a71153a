// What lists need that scroll with the page: where they begin on it, and when their end comes into sight.
import { type RefObject, useLayoutEffect, useRef, useState } from 'react';

/** Rows before the end at which more are asked for. */
const ahead = 30;

/** The element, and its distance in px from the top of the document. */
export function usePageOffset<Element extends HTMLElement>(): {
  readonly frame: RefObject<Element | null>;
  readonly top: number;
} {
  const frame = useRef<Element>(null);
  const [top, setTop] = useState(0);
  // What stands above may grow and shrink: chips of filters come and go.
  useLayoutEffect(() => {
    if (!frame.current) return;
    const now = Math.round(frame.current.getBoundingClientRect().top + scrollY);
    if (now !== top) setTop(now);
  });
  return { frame, top };
}

/** A list that was not scrolled asks for no more by itself. */
export function useNearEnd(last: number | undefined, count: number, onNearEnd: () => void): void {
  const near = last !== undefined && last >= count - ahead;
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again for each row that comes into sight
  useLayoutEffect(() => {
    if (near && scrollY > 0) onNearEnd();
  }, [near, last, count]);
}
