// How figures are written in tables: `median (min – max)`, with as many digits as they are worth.
import type { Spread } from '../statistics.ts';

export const absent = '–';

export function digitsFor(value: number): number {
  const size = Math.abs(value);
  return size >= 100 ? 0 : size >= 10 ? 1 : 2;
}

export function number(value: number, digits = digitsFor(value)): string {
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

export function cell(figure: Spread | undefined, unit = '', digits?: number): string {
  if (!figure) return absent;
  const { min, median, max, rounds } = figure;
  const shown = digits ?? digitsFor(median);
  const space = unit === '' ? '' : ' ';
  const range = rounds > 1 ? ` (${number(min, shown)} – ${number(max, shown)})` : '';
  return `${number(median, shown)}${space}${unit}${range}`;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows.map(line)].join(
    '\n',
  );
}
