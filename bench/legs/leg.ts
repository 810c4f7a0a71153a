// A leg of the run: one kind of measurement, taken from each program in turns, round by round.
import { alone, type Entry, type Field } from '../field.ts';

/** A program that fails a leg is left out of it. */
export type OnFailure = (entry: Entry, leg: string, error: Error) => void;

/** Figures of one round by name. */
export type Sample = Readonly<Record<string, number>>;

/** Figures of all rounds: of a program by name, of a figure by name, round by round. */
export type Rounds = Record<string, Record<string, number[]>>;

export interface Leg {
  readonly name: string;
  /** Absent from the figures where it gives `undefined`. */
  measure(entry: Entry, field: Field, sofar: Readonly<Record<string, Rounds>>): Promise<Sample | undefined>;
}

export async function runLeg(
  leg: Leg,
  entries: readonly Entry[],
  field: Field,
  { rounds, sofar, onFailure }: RunOptions,
): Promise<Rounds> {
  const figures: Rounds = {};
  const failed = new Set<Entry>();
  for (let round = 0; round < rounds; round++) {
    for (const entry of entries.filter((one) => !failed.has(one))) {
      const sample = await alone(entries, entry, () => leg.measure(entry, field, sofar)).catch(
        (error: Error) => {
          failed.add(entry);
          // What the rounds before gave stands in the tables.
          const when = rounds > 1 ? `round ${round + 1} of ${rounds}: ` : '';
          onFailure(entry, leg.name, new Error(`${when}${error.message}`));
          return undefined;
        },
      );
      if (!sample) continue;
      const own = figures[entry.kind.name] ?? {};
      figures[entry.kind.name] = own;
      for (const [name, value] of Object.entries(sample)) own[name] = [...(own[name] ?? []), value];
    }
  }
  return figures;
}

export interface RunOptions {
  readonly rounds: number;
  /** Figures of the legs before, by leg. */
  readonly sofar: Readonly<Record<string, Rounds>>;
  readonly onFailure: OnFailure;
}
