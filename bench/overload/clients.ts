// Clients who do not care how the gateway is: requests come on time, on an idle connection where there is one and else on a new one.
// Whoever is refused goes away.
import { type Connection, openConnection } from '../load/connection.ts';
import { type Quantiles, requestBytes } from '../load/jobs.ts';
import { quantile } from '../statistics.ts';
import { looksRight } from '../wire.ts';
import type { OverloadJob, OverloadOutcome, Waits } from './jobs.ts';
import { watchTurns } from './own-turns.ts';

/** Descriptors are bounded, here and there. */
const mostConnections = 4000;
const healthEveryMs = 50;

const refusedHead = Buffer.from('HTTP/1.1 503');
const overloaded = Buffer.from('"code":"overloaded"');

export async function overload(job: OverloadJob): Promise<OverloadOutcome> {
  const request = requestBytes({ target: job.target, mode: 'now', stream: false, id: 'overload' });
  const turns = watchTurns();
  const idle: Connection[] = [];
  const first = performance.now();
  const from = first + job.settleSeconds * 1000;
  const until = from + job.seconds * 1000;
  const admitted = { seen: [] as number[], without: [] as number[] };
  const refusals = { seen: [] as number[], without: [] as number[] };
  const seconds: { answered: number; refused: number; waits: number[] }[] = [];
  const counts = { sent: 0, unsent: 0, wrong: 0 };
  let sample: string | undefined;
  let opened = 0;
  let underWay = 0;
  let whenOver: (() => void) | undefined;

  function fail(text: string, counted: boolean): void {
    if (counted) counts.wrong++;
    sample ??= text.slice(0, 1000);
  }

  function over(connection: Connection): void {
    idle.push(connection);
    underWay--;
    if (underWay === 0) whenOver?.();
  }

  function send(): void {
    const begun = performance.now();
    const counted = begun >= from && begun < until;
    if (idle.length === 0 && opened < mostConnections) {
      idle.push(openConnection(job.target.url));
      opened++;
    }
    const connection = idle.pop();
    if (!connection) {
      if (counted) counts.unsent++;
      return;
    }
    if (counted) counts.sent++;
    underWay++;
    connection.send(request, {
      onAnswer(pieces, at) {
        const answer = pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
        const right = looksRight(answer, false);
        const refused =
          answer.subarray(0, refusedHead.length).equals(refusedHead) && answer.includes(overloaded);
        const waited = at - begun;
        if (!right && !refused) fail(answer.toString(), counted);
        else {
          const second = secondAt(seconds, Math.floor((at - first) / 1000));
          if (right) {
            second.answered++;
            second.waits.push(waited);
          } else second.refused++;
          if (counted) {
            const waits = right ? admitted : refusals;
            waits.seen.push(waited);
            waits.without.push(Math.max(waited - turns.lagAt(at), 0));
          }
        }
        over(connection);
      },
      onBroken(pieces, error) {
        fail(`${error.message} after: ${Buffer.concat(pieces).toString()}`, counted);
        over(connection);
      },
    });
  }

  const health = watchHealth(job, from, until);
  // Told when all is over; until then nobody waits for it.
  health.catch(() => undefined);
  let begun = 0;
  const usedBefore = process.cpuUsage();
  while (performance.now() < until) {
    turns.works();
    const due = ((performance.now() - first) / 1000) * job.rate;
    while (begun < due) {
      begun++;
      send();
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  const used = process.cpuUsage(usedBefore);
  const ownShare = (used.user + used.system) / 1000 / (performance.now() - first);
  if (underWay > 0) {
    await new Promise<void>((resolve) => {
      whenOver = resolve;
    });
  }
  for (const connection of idle) connection.close();
  return {
    ...counts,
    answered: admitted.seen.length,
    refused: refusals.seen.length,
    ...(sample === undefined ? {} : { sample }),
    admitted: waitsOf(admitted),
    refusals: waitsOf(refusals),
    health: quantilesOf(await health),
    connections: opened,
    ownShare,
    bySecond: seconds.map(({ answered, refused, waits }) => ({
      answered,
      refused,
      p99: quantilesOf(waits).p99,
    })),
  };
}

function secondAt(seconds: { answered: number; refused: number; waits: number[] }[], index: number) {
  while (seconds.length <= index) seconds.push({ answered: 0, refused: 0, waits: [] });
  return seconds[index] as { answered: number; refused: number; waits: number[] };
}

/** Resolves with what the checks waited for in the time that counts, in ms; one that fails rejects. */
async function watchHealth({ target }: OverloadJob, from: number, until: number): Promise<number[]> {
  const request = Buffer.from(`GET /health HTTP/1.1\r\nhost: ${new URL(target.url).host}\r\n\r\n`);
  const connection = openConnection(target.url);
  const waits: number[] = [];
  while (performance.now() < until) {
    const begun = performance.now();
    const at = await new Promise<number>((resolve, reject) => {
      connection.send(request, {
        onAnswer(pieces, when) {
          if (Buffer.concat(pieces).toString('latin1', 0, 15) === 'HTTP/1.1 200 OK') resolve(when);
          else reject(new Error(`/health: ${Buffer.concat(pieces)}`));
        },
        onBroken: (_pieces, error) => reject(error),
      });
    });
    if (begun >= from) waits.push(at - begun);
    await new Promise((resolve) => setTimeout(resolve, healthEveryMs));
  }
  connection.close();
  return waits;
}

function waitsOf({ seen, without }: { readonly seen: number[]; readonly without: number[] }): Waits {
  return { ...quantilesOf(seen), ownLagTaken: quantilesOf(without) };
}

function quantilesOf(values: readonly number[]): Quantiles {
  const sorted = Float64Array.from(values).sort();
  return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99), max: quantile(sorted, 1) };
}
