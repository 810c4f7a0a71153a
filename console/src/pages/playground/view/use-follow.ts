// Keeps the newest in sight while it comes, until the reader scrolls up; and again once the reader is back at the end.
import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';

/** Px from the end that count as being there. */
const nearEnd = 40;

const keysUpwards = ['ArrowUp', 'PageUp', 'Home'];

export interface Follow {
  readonly frame: RefObject<HTMLDivElement | null>;
  readonly content: RefObject<HTMLDivElement | null>;
  readonly following: boolean;
  toEnd(): void;
}

/** `busy`: an answer is under way. It begins because the reader asked for it, so it is shown from wherever they were. */
export function useFollow(busy: boolean): Follow {
  const frame = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  const [following, setFollowing] = useState(true);

  const set = useCallback((next: boolean) => {
    follows.current = next;
    setFollowing(next);
  }, []);

  useEffect(() => {
    const box = frame.current;
    const inner = content.current;
    if (!box || !inner) return;
    let lastTop = box.scrollTop;
    // Only a move upwards is a reader's: what grows below moves nothing, and what shrinks leaves the end in sight. The first
    // pixels of one count, before the next piece of the answer has pulled them back.
    const onScroll = () => {
      const left = box.scrollHeight - box.clientHeight - box.scrollTop;
      if (box.scrollTop < lastTop && left > 1) set(false);
      else if (box.scrollTop > lastTop && left <= nearEnd) set(true);
      lastTop = box.scrollTop;
    };
    // Browsers glide to where a wheel or a key leads, and give up when the next piece moves the page before the first pixel.
    const letGo = () => {
      if (box.scrollTop > 0) set(false);
    };
    const onWheel = (event: WheelEvent) => {
      if (event.deltaY < 0 && !event.ctrlKey) letGo();
    };
    const onKey = (event: KeyboardEvent) => {
      const typed =
        event.target instanceof HTMLElement && event.target.closest('input, textarea, select') !== null;
      if (!typed && (keysUpwards.includes(event.key) || (event.key === ' ' && event.shiftKey))) letGo();
    };
    const observer = new ResizeObserver(() => {
      if (!follows.current) return;
      box.scrollTop = box.scrollHeight;
      lastTop = box.scrollTop;
    });
    observer.observe(inner);
    observer.observe(box);
    box.addEventListener('scroll', onScroll, { passive: true });
    box.addEventListener('wheel', onWheel, { passive: true });
    box.addEventListener('keydown', onKey);
    return () => {
      observer.disconnect();
      box.removeEventListener('scroll', onScroll);
      box.removeEventListener('wheel', onWheel);
      box.removeEventListener('keydown', onKey);
    };
  }, [set]);

  const toEnd = useCallback(() => {
    set(true);
    if (frame.current) frame.current.scrollTop = frame.current.scrollHeight;
  }, [set]);

  useEffect(() => {
    if (busy) toEnd();
  }, [busy, toEnd]);

  return { frame, content, following, toEnd };
}
