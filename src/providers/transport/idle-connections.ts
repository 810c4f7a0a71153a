// Connections that wait for another request: a stack for each upstream, and one clock for all of them that closes what has waited
// too long. A request reads no clock here.

export interface IdleTimes {
  /** How long a connection waits where the upstream says nothing, and how often the clock ticks. */
  readonly idleMs: number;
  readonly tickMs: number;
}

/** Only this file changes these. */
export interface WaitingConnection<Self> {
  /** Neighbours in the stack. */
  above: Self | undefined;
  below: Self | undefined;
  /** The tick at which it has waited too long. */
  staleAt: number;
  idle: boolean;
  destroy(): void;
}

/** The connection that was used last is used next. */
export interface IdleStack<Waiting> {
  newest: Waiting | undefined;
}

/** An upstream closes at the end of the time it says: a request must not be under way then. */
const marginMs = 2_000;
/** Whatever an upstream says. */
const longestMs = 600_000;

export class IdleConnections<Waiting extends WaitingConnection<Waiting>> {
  readonly #times: IdleTimes;
  readonly #stacks = new Set<IdleStack<Waiting>>();
  #ticks = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(times: IdleTimes) {
    this.#times = times;
  }

  /** `seconds`: how long the upstream keeps it. `false`: it is not worth keeping. */
  add(stack: IdleStack<Waiting>, connection: Waiting, seconds: number | undefined): boolean {
    const { idleMs, tickMs } = this.#times;
    const ms = seconds === undefined ? idleMs : Math.min(seconds * 1000 - marginMs, longestMs);
    if (ms <= 0) return false;
    connection.staleAt = this.#ticks + Math.max(1, Math.round(ms / tickMs));
    connection.idle = true;
    connection.below = stack.newest;
    if (stack.newest) stack.newest.above = connection;
    stack.newest = connection;
    this.#stacks.add(stack);
    this.#timer ??= setInterval(() => this.#tick(), tickMs).unref();
    return true;
  }

  take(stack: IdleStack<Waiting>): Waiting | undefined {
    const { newest } = stack;
    if (newest) this.remove(stack, newest);
    return newest;
  }

  remove(stack: IdleStack<Waiting>, connection: Waiting): void {
    if (!connection.idle) return;
    const { above, below } = connection;
    if (above) above.below = below;
    else stack.newest = below;
    if (below) below.above = above;
    connection.above = connection.below = undefined;
    connection.idle = false;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #tick(): void {
    this.#ticks++;
    for (const stack of this.#stacks) {
      for (let next = stack.newest; next; ) {
        const connection: Waiting = next;
        next = connection.below;
        if (connection.staleAt <= this.#ticks) connection.destroy();
      }
      if (!stack.newest) this.#stacks.delete(stack);
    }
    if (this.#stacks.size === 0) this.stop();
  }
}
