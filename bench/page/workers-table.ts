// What a second worker on a second core brings, and how much of that core the harness itself takes.
import type { RunFigures } from '../figures.ts';
import { type Spread, spread } from '../statistics.ts';
import { cell, table } from './cells.ts';
import type { Reader } from './read-figures.ts';

export interface WorkersGain {
  /** Requests per second of two workers on two cores by those of one on one. */
  readonly measured: Spread;
  /** The same by the core that the gateway had to itself. */
  readonly perCore: Spread;
  /** Of the two cores, what clients and mock upstream used; 0 where they have a core of their own. */
  readonly taken: Spread;
}

/** `undefined` where it was not measured. Round by round. */
export function workersGain({ cores, legs }: RunFigures): WorkersGain | undefined {
  const [one, two] = [legs.workers?.one?.perSecond, legs.workers?.two?.perSecond];
  const around = legs.workers?.two?.around;
  if (!one || !two || !around) return undefined;
  const taken = around.map((used) => (cores > 2 ? 0 : used));
  const measured = two.map((perSecond, round) => perSecond / (one[round] ?? Number.NaN));
  return {
    measured: spread(measured),
    perCore: spread(measured.map((ratio, round) => (2 * ratio) / (2 - (taken[round] ?? 0)))),
    taken: spread(taken),
  };
}

const titles = { one: '1 worker, one core', two: '2 workers, two cores' } as const;

export function workersTable(reader: Reader): string {
  const gain = workersGain(reader.run);
  if (!gain) return '';
  const rows = (['one', 'two'] as const).map((name) => {
    const figure = (which: string) => cell(reader.of(name, 'workers', which));
    return [
      titles[name],
      figure('perSecond'),
      figure('micros'),
      figure('rootMicros'),
      figure('busy'),
      figure('around'),
      figure('p99'),
    ];
  });
  return `${table(
    [
      'Workers',
      'requests / s',
      'CPU µs / request',
      '… of the first process',
      'cores busy: gateway',
      '… clients and mock',
      'p99, ms',
    ],
    rows,
  )}

${sentence(gain)}`;
}

function sentence({ measured, perCore, taken }: WorkersGain): string {
  const ratio = `Two workers on two cores answer ${cell(measured, '×')} what one answers on one core.`;
  if (taken.max === 0) return ratio;
  const most = 2 - taken.median;
  return `${ratio} Clients and mock upstream ran on the same two cores and took ${cell(taken)} of them, so ${most.toFixed(2)} × is the most there can be; by the cores the gateway had to itself it is ${cell(perCore, '×')}.`;
}
