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
  // Where the box was left, by its reader or by what is here: only the reader's moves are asked what they mean.
  const lastTop = useRef(0);
  const [following, setFollowing] = useState(true);

  const set = useCallback((next: boolean) => {
    follows.current = next;
    setFollowing(next);
  }, []);

  const showEnd = useCallback(() => {
    const box = frame.current;
    if (!box) return;
    box.scrollTop = box.scrollHeight;
    lastTop.current = box.scrollTop;
  }, []);

  useEffect(() => {
    const box = frame.current;
    const inner = content.current;
    if (!box || !inner) return;
    const onResize = () => {
      if (follows.current) showEnd();
    };
    const ends = [followed(box, lastTop, set), resized([inner, box], onResize)];
    return () => {
      for (const end of ends) end();
    };
  }, [set, showEnd]);

  const toEnd = useCallback(() => {
    set(true);
    showEnd();
  }, [set, showEnd]);

  useEffect(() => {
    if (busy) toEnd();
  }, [busy, toEnd]);

  return { frame, content, following, toEnd };
}

function resized(elements: readonly Element[], listener: () => void): () => void {
  const observer = new ResizeObserver(listener);
  for (const element of elements) observer.observe(element);
  return () => observer.disconnect();
}

/**
 * Says `false` when the reader moves up in the box, and `true` when they are back at its end.
 *
 * Browsers glide to where a wheel or a key leads, and give up when the next piece of an answer moves the page before the first
 * pixel: so wheels, keys and fingers are heard of themselves. Other ways up (a scrollbar, a search of the page) are
 * known by where they lead; a few pixels are not, since what shrinks and grows again between two pictures moves them too.
 */
function followed(box: HTMLElement, lastTop: RefObject<number>, set: (follows: boolean) => void): () => void {
  let finger = 0;
  const up = () => {
    if (box.scrollTop > 0) set(false);
  };
  const listeners = {
    scroll: () => {
      const left = box.scrollHeight - box.clientHeight - box.scrollTop;
      if (box.scrollTop < lastTop.current && left > nearEnd) set(false);
      else if (box.scrollTop > lastTop.current && left <= nearEnd) set(true);
      lastTop.current = box.scrollTop;
    },
    wheel: ({ deltaY, ctrlKey }: WheelEvent) => {
      if (deltaY < 0 && !ctrlKey) up();
    },
    keydown: ({ key, shiftKey, target }: KeyboardEvent) => {
      const typed = target instanceof HTMLElement && target.closest('input, textarea, select') !== null;
      if (!typed && (keysUpwards.includes(key) || (key === ' ' && shiftKey))) up();
    },
    touchstart: ({ touches: [touch] }: TouchEvent) => {
      finger = touch?.clientY ?? 0;
    },
    touchmove: ({ touches: [touch] }: TouchEvent) => {
      if (touch && touch.clientY > finger) up();
      finger = touch?.clientY ?? 0;
    },
  };
  const each = Object.entries(listeners) as [string, EventListener][];
  for (const [name, listener] of each) box.addEventListener(name, listener, { passive: true });
  return () => {
    for (const [name, listener] of each) box.removeEventListener(name, listener);
  };
}
