// The tables of what is fast or slow.
import { commonRate } from '../legs/requests.ts';
import { cell, number, table } from './cells.ts';
import type { Reader } from './read-figures.ts';

export function requestTable(reader: Reader): string {
  const rows = measured(reader, 'fullSpeed').map(({ name, title }) => [
    title,
    cell(reader.of(name, 'fullSpeed', 'micros')),
    cell(reader.ratio(name, 'relay', 'fullSpeed', 'micros')),
    cell(reader.of(name, 'oneRate', 'micros')),
    cell(reader.of(name, 'fullSpeed', 'perSecond')),
    cell(reader.of(name, 'fullSpeed', 'busy')),
    cell(reader.added(name, 'oneAtATime', 'p50')),
    cell(reader.added(name, 'oneAtATime', 'p99')),
  ]);
  return table(
    [
      'Whole answers',
      'CPU µs / request',
      '… to the relay',
      `CPU µs at ${number(commonRate, 0)}/s`,
      'requests / s',
      'cores busy then',
      'added p50, ms',
      'added p99, ms',
    ],
    rows,
  );
}

export function streamTable(reader: Reader): string {
  const rows = measured(reader, 'streams').map(({ name, title }) => [
    title,
    cell(reader.of(name, 'streams', 'microsPerChunk')),
    cell(reader.ratio(name, 'nginx', 'streams', 'microsPerChunk')),
    cell(reader.added(name, 'streams', 'first50')),
    cell(reader.added(name, 'streams', 'first99')),
    cell(reader.of(name, 'streams', 'gap50')),
    cell(reader.of(name, 'streams', 'gap99')),
    cell(reader.of(name, 'streams', 'busy')),
  ]);
  return table(
    [
      'Streams, a chunk each 20 ms',
      'CPU µs / chunk',
      '… to nginx',
      'added first token p50, ms',
      '… p99',
      'between chunks p50, ms',
      '… p99',
      'cores busy',
    ],
    rows,
  );
}

export function throughputTable(reader: Reader): string {
  const rows = measured(reader, 'rates').map(({ name, title }) => [
    title,
    ...[1, 5, 10].map((addedMs) => cell(reader.throughput(name, addedMs), '', 0)),
  ]);
  return table(['Requests / s with an added p99 of at most', '1 ms', '5 ms', '10 ms'], rows);
}

export function memoryTable({ run }: Reader): string {
  const rows = run.peers.flatMap(({ title, memory, manyStreams }) =>
    [memory, manyStreams].flatMap((figures) => {
      if (!figures) return [];
      const { streams, workers, idle, loaded, after, lost } = figures;
      const each = ((loaded - idle) * 1000) / streams;
      return [
        [
          workers === undefined ? title : `${title}, ${workers} workers`,
          number(streams, 0),
          ...[idle, loaded, after].map((mb) => number(mb, 0)),
          number(each),
          String(lost),
        ],
      ];
    }),
  );
  if (rows.length === 0) return '';
  return table(
    ['Memory', 'open streams', 'idle, MB', 'loaded, MB', 'after, MB', 'KB / stream', 'streams lost'],
    rows,
  );
}

/** What the clients cost themselves, so that nobody takes their limit for that of a program. */
export function loadNote(reader: Reader): string {
  const own = reader.of('direct', 'fullSpeed', 'loadMicros');
  const most = reader.of('direct', 'fullSpeed', 'perSecond');
  if (!own || !most) return '';
  return `The clients cost ${number(own.median)} µs a request themselves and ask the mock upstream directly ${number(most.median, 0)} times a second, on one core with it. Where "cores busy" is well below 1, that is what bounds the requests per second, not the program.`;
}

/** Those with figures of a leg, the mock upstream itself left out. */
function measured({ run }: Reader, leg: string) {
  return run.peers.filter(({ name }) => name !== 'direct' && run.legs[leg]?.[name] !== undefined);
}
