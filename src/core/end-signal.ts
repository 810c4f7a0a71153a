// How those who work for a request are told that it ends before its time. Knows nothing of why it does.

export type EndListener = ((nothing?: undefined) => void) | { handleEvent(): void };

/** What the stages need of an AbortSignal, and each AbortSignal has. */
export interface EndSignal {
  readonly aborted: boolean;
  /** What whoever waited is rejected with; `undefined` until then. */
  readonly reason: unknown;
  /** Each is told once at most, and nobody of what has happened before. */
  addEventListener(type: 'abort', listener: EndListener, options?: { once: true }): void;
  removeEventListener(type: 'abort', listener: EndListener): void;
}

export interface EndController {
  readonly signal: EndSignal;
  abort(reason: unknown): void;
}

/**
 * Both in one. @NOTE not an AbortController: each request has one of these and listens to it four times, which costs the
 * platform's a table, a list and a closure for each, and keeps what listened until V8's old generation is collected.
 */
export class RequestEnd implements EndController, EndSignal {
  aborted = false;
  reason: unknown = undefined;
  readonly #listeners: EndListener[] = [];

  get signal(): EndSignal {
    return this;
  }

  addEventListener(_type: 'abort', listener: EndListener): void {
    if (this.aborted || this.#listeners.includes(listener)) return;
    this.#listeners.push(listener);
  }

  removeEventListener(_type: 'abort', listener: EndListener): void {
    const place = this.#listeners.indexOf(listener);
    if (place !== -1) this.#listeners.splice(place, 1);
  }

  /** The first time counts. What a listener throws is thrown behind all of them. */
  abort(reason: unknown): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    // One may take back another that comes behind it.
    for (let listener = this.#listeners.shift(); listener; listener = this.#listeners.shift()) {
      try {
        if (typeof listener === 'function') listener();
        else listener.handleEvent();
      } catch (error) {
        process.nextTick(() => {
          throw error;
        });
      }
    }
  }
}
