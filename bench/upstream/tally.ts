// What the mock upstream was asked and how far each answer came: the truth that ledgers are compared with.

export interface Tallied {
  /** How often this request arrived. */
  requests: number;
  /** Tokens the model wrote, whether they were wanted any more or not. */
  tokens: number;
  /** Answers that were sent to their end. */
  finished: number;
  /** Answers whose connection was closed by the gateway before. */
  stopped: number;
}

export type Tally = Readonly<Record<string, Tallied>>;

export interface TallyBook {
  of(id: string): Tallied;
  /** Only ids that begin so. */
  read(prefix: string): Tally;
}

/** Requests of the speed legs all have one id, so the book stays small. */
export function createTallyBook(): TallyBook {
  const all = new Map<string, Tallied>();
  return {
    of(id) {
      let tallied = all.get(id);
      if (!tallied) {
        tallied = { requests: 0, tokens: 0, finished: 0, stopped: 0 };
        all.set(id, tallied);
      }
      return tallied;
    },
    read: (prefix) => Object.fromEntries([...all].filter(([id]) => id.startsWith(prefix))),
  };
}
