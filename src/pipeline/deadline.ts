// A deadline that can be moved cheaply: moving it back only notes the new time; the timer looks again when it fires.

export interface Deadline {
  /** The deadline is now `ms` from now. */
  extend(ms: number): void;
  stop(): void;
}

/** Calls `onPassed` once when `ms` have gone by without `extend` or `stop`. */
export function startDeadline(ms: number, onPassed: () => void): Deadline {
  let due = performance.now() + ms;
  let timer: NodeJS.Timeout | undefined = setTimeout(look, ms);

  function look(): void {
    const left = due - performance.now();
    if (left > 1) {
      timer = setTimeout(look, left);
      return;
    }
    timer = undefined;
    onPassed();
  }

  return {
    extend(extension) {
      if (timer === undefined) return;
      const earlier = due;
      due = performance.now() + extension;
      if (due < earlier) {
        clearTimeout(timer);
        timer = setTimeout(look, extension);
      }
    },
    stop() {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
