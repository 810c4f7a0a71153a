// A deadline that can be moved cheaply: moving it back only notes the new time; the timer looks again when it fires.

export interface Deadline {
  /** The deadline is now `ms` from now. */
  extend(ms: number): void;
  stop(): void;
}

/** Calls `onPassed` once when `ms` have gone by without `extend` or `stop`. */
export function startDeadline(ms: number, onPassed: () => void): Deadline {
  return new MovableDeadline(ms, onPassed);
}

/** One object instead of closures: each open stream has two of these. */
class MovableDeadline implements Deadline {
  readonly #onPassed: () => void;
  #due: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(ms: number, onPassed: () => void) {
    this.#onPassed = onPassed;
    this.#due = performance.now() + ms;
    this.#timer = setTimeout(MovableDeadline.#look, ms, this);
  }

  static #look(deadline: MovableDeadline): void {
    const left = deadline.#due - performance.now();
    if (left > 1) {
      deadline.#timer = setTimeout(MovableDeadline.#look, left, deadline);
      return;
    }
    deadline.#timer = undefined;
    deadline.#onPassed();
  }

  extend(extension: number): void {
    if (this.#timer === undefined) return;
    const earlier = this.#due;
    this.#due = performance.now() + extension;
    if (this.#due < earlier) {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(MovableDeadline.#look, extension, this);
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
