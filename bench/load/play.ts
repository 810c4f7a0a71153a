// The three kinds of load. A job ends when everything it has begun is answered or broken.

import { trickledWhole } from '../wire.ts';
import { type Connection, openConnection } from './connection.ts';
import { watchDeltas } from './delta-watch.ts';
import { type ClosedJob, type Job, type ManyJob, type OpenJob, type Outcome, requestBytes } from './jobs.ts';
import { createRecorder, type Recorder } from './recorder.ts';

export function play(job: Job): Promise<Outcome> {
  if (job.kind === 'closed') return closed(job);
  return job.kind === 'open' ? open(job) : many(job);
}

function ask(
  connection: Connection,
  request: Buffer,
  { recorder, stream, begun }: { recorder: Recorder; stream: boolean; begun: number },
  then: (right: boolean) => void,
): void {
  connection.send(request, {
    ...(stream ? { onPiece: watchDeltas(recorder, begun) } : {}),
    onAnswer(answer, at) {
      then(recorder.answer(answer, at - begun));
    },
    onBroken(pieces, error) {
      recorder.broken(pieces, error);
      then(false);
    },
  });
}

/** A client that is refused does not ask again at once. */
const afterWrongMs = 20;

async function closed(job: ClosedJob): Promise<Outcome> {
  const request = requestBytes(job);
  const recorder = createRecorder(job.stream);
  const until = performance.now() + job.seconds * 1000;
  const client = () =>
    new Promise<void>((resolve) => {
      const connection = openConnection(job.target.url);
      const next = () => {
        const begun = performance.now();
        if (begun < until) {
          return ask(connection, request, { recorder, stream: job.stream, begun }, (right) => {
            if (right) next();
            else setTimeout(next, afterWrongMs);
          });
        }
        connection.close();
        resolve();
      };
      next();
    });
  await Promise.all(Array.from({ length: job.concurrency }, client));
  return recorder.outcome();
}

/** More waiting than this, and the rate is beyond what can be served: it is not made worse. */
const mostConnections = 512;

function open(job: OpenJob): Promise<Outcome> {
  const request = requestBytes(job);
  const recorder = createRecorder(job.stream);
  const idle: Connection[] = [];
  const due: number[] = [];
  const total = Math.round(job.rate * job.seconds);
  const first = performance.now();
  let opened = 0;
  let begun = 0;
  let over = 0;

  function free(): Connection | undefined {
    if (idle.length > 0 || opened === mostConnections) return idle.pop();
    opened++;
    return openConnection(job.target.url);
  }

  return new Promise((resolve) => {
    const serve = () => {
      while (due.length > 0) {
        const connection = free();
        if (!connection) return;
        const was = due.shift() as number;
        ask(connection, request, { recorder, stream: job.stream, begun: was }, () => {
          idle.push(connection);
          over++;
          if (over === total) finish();
          else serve();
        });
      }
    };
    const finish = () => {
      for (const connection of idle) connection.close();
      resolve(recorder.outcome());
    };
    const tick = () => {
      const now = performance.now();
      while (begun < total && first + (begun / job.rate) * 1000 <= now) {
        // Counted from here: that a timer is up to a millisecond late is this process's doing.
        due.push(now);
        begun++;
      }
      serve();
      if (begun < total) setTimeout(tick, 1);
    };
    tick();
  });
}

async function many(job: ManyJob): Promise<Outcome> {
  const request = requestBytes(job);
  const recorder = createRecorder(true, trickledWhole);
  const streams: Promise<void>[] = [];
  const first = performance.now();
  while (streams.length < job.count) {
    const dueBy = Math.min(job.count, ((performance.now() - first) / 1000) * job.perSecond);
    while (streams.length < dueBy) {
      streams.push(
        new Promise((resolve) => {
          const connection = openConnection(job.target.url);
          const begun = performance.now();
          ask(connection, request, { recorder, stream: true, begun }, () => {
            connection.close();
            resolve();
          });
        }),
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await Promise.all(streams);
  return recorder.outcome();
}
