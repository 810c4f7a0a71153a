// What the other processes of a gateway have told of their metrics. A sum over processes must never fall: to Prometheus that is a
// restart, and all that is left would count once more. So a process that does not answer stands with what it told last, and of one that is
// gone its counters and histograms stay.
import type { MetricFamily } from './instruments.ts';
import { mergeFamilies } from './merge-families.ts';

export interface ToldFamilies {
  /** `teller` is one life of a process: its successor is another. */
  told(teller: object, families: readonly MetricFamily[]): void;
  gone(teller: object): void;
  all(): readonly (readonly MetricFamily[])[];
}

export function createToldFamilies(): ToldFamilies {
  const last = new Map<object, readonly MetricFamily[]>();
  let departed: readonly MetricFamily[] = [];
  return {
    told(teller, families) {
      last.set(teller, families);
    },
    gone(teller) {
      const families = last.get(teller)?.filter(({ definition }) => definition.type !== 'gauge') ?? [];
      last.delete(teller);
      departed = departed.length === 0 ? families : mergeFamilies(departed, [families]);
    },
    all: () => (departed.length === 0 ? [...last.values()] : [...last.values(), departed]),
  };
}
