// A leg of the run: one kind of measurement, taken from each program in turns, round by round.
import { alone, type Entry, type Field } from '../field.ts';

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
  rounds: number,
  sofar: Readonly<Record<string, Rounds>>,
): Promise<Rounds> {
  const figures: Rounds = {};
  for (let round = 0; round < rounds; round++) {
    for (const entry of entries) {
      const sample = await alone(entries, entry, () => leg.measure(entry, field, sofar));
      if (!sample) continue;
      const own = figures[entry.kind.name] ?? {};
      figures[entry.kind.name] = own;
      for (const [name, value] of Object.entries(sample)) own[name] = [...(own[name] ?? []), value];
    }
  }
  return figures;
}
