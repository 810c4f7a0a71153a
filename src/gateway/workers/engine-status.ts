// The embedded model as a worker sees it: another process supervises it and says how it stands.
import type { EngineStatus, LocalEngine } from '../../core/ports.ts';

export interface ReportedEngine extends LocalEngine {
  report(status: EngineStatus): void;
}

export function createReportedEngine(socketPath: string, first: EngineStatus): ReportedEngine {
  const listeners = new Set<(status: EngineStatus) => void>();
  let status = first;
  return {
    socketPath,
    status: () => status,
    onStatus(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    start: () => undefined,
    report(next) {
      status = next;
      for (const listener of listeners) listener(status);
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}
