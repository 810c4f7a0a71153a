// How long turns of this thread's event loop are. A turn is looked at when somebody asks for it; nothing runs otherwise, and a loop
// that waits goes on waiting.
import { performance } from 'node:perf_hooks';
import type { Turn } from './admission-rule.ts';

export type MeasuredTurn = Omit<Turn, 'queued'>;

export interface TurnMeter {
  /** Measures the turns after this one, unless they are being measured. */
  look(): void;
  /** How long the loop has waited since the end of the last turn that was told, in ms. */
  idleMs(): number;
}

/**
 * How many turns are measured at a time, at the least: a request takes some five, and where many go through them side by side, the long ones may
 * always be the same, at the same distance from where one is looked at.
 */
const turnsAtOnce = 5;

/** `onTurn` says whether the next turn is to be measured in any case. */
export function createTurnMeter(monotonic: () => number, onTurn: (turn: MeasuredTurn) => boolean): TurnMeter {
  let looking = false;
  let left = 0;
  let cpuBefore = 0;
  let idleBefore = 0;

  function begin(): void {
    cpuBefore = cpuMs();
    idleBefore = idleMs();
    setImmediate(end).unref();
  }

  function end(): void {
    const [cpu, idle] = [cpuMs(), idleMs()];
    const turn = { cpuMs: cpu - cpuBefore, idleMs: idle - idleBefore, at: monotonic() };
    cpuBefore = cpu;
    idleBefore = idle;
    left--;
    looking = onTurn(turn) || left > 0;
    if (looking) setImmediate(end).unref();
  }

  return {
    look() {
      if (looking) return;
      looking = true;
      left = turnsAtOnce;
      // Immediates run once a turn, behind everything that was ready. An unreferenced one does not make the loop turn.
      setImmediate(begin).unref();
    },
    idleMs: () => idleMs() - idleBefore,
  };
}

/** CPU time of this thread alone: a stolen processor, a full disk, the ledger's thread are not in it. */
function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

function idleMs(): number {
  return performance.eventLoopUtilization().idle;
}
