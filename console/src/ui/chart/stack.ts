// Series on top of each other: what is drawn is the sum of a series and all below it.

export type Values = readonly (number | null)[];

/** In the same order; the first stands at the bottom. What is unknown counts as nothing. */
export function stacked(series: readonly Values[]): number[][] {
  const sums: number[][] = [];
  for (const values of series) {
    const below = sums.at(-1);
    sums.push(values.map((value, index) => (value ?? 0) + (below?.[index] ?? 0)));
  }
  return sums;
}
