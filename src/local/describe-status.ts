// The sentences an operator reads while the embedded model comes up, runs or falls over. Pure.
import type { EngineStatus } from '../core/ports.ts';
import type { ChildExit } from './child-process.ts';
import type { ChildMessage } from './child-protocol.ts';
import { fractionOf, type TransferProgress } from './fetching/transfer-meter.ts';
import { formatBytes, formatSeconds } from './format-quantity.ts';

export function childStatus(message: Exclude<ChildMessage, { type: 'failed' }>, model: string): EngineStatus {
  if (message.type === 'loading') {
    const percent = Math.floor(message.progress * 100);
    return {
      state: 'loading',
      detail: `Loading ${model}: ${percent} %.`,
      model,
      progress: message.progress,
    };
  }
  const { contextWindow } = message.info;
  return {
    state: 'ready',
    detail: `${model} is ready, ${contextWindow} tokens of context.`,
    model,
    contextWindow,
  };
}

export function downloadStatus(progress: TransferProgress): EngineStatus {
  const { name, bytes, total, bytesPerSecond, etaSeconds } = progress;
  const size = total === undefined ? '' : ` of ${formatBytes(total)}`;
  const speed = bytesPerSecond > 0 ? ` at ${formatBytes(bytesPerSecond)}/s` : '';
  const left = etaSeconds === undefined ? '' : `, ${formatSeconds(etaSeconds)} left`;
  const fraction = fractionOf(progress);
  return {
    state: 'downloading',
    detail: `Downloading ${name}: ${formatBytes(bytes)}${size}${speed}${left}.`,
    model: name,
    download: { bytes, total, bytesPerSecond, etaSeconds },
    ...(fraction === undefined ? {} : { progress: fraction }),
  };
}

export function describeExit({ how, signal, lastLine }: ChildExit): string {
  const memory = signal === 'SIGKILL' ? ', perhaps by the system for lack of memory' : '';
  const said = lastLine === undefined ? '' : `, last line: ${lastLine.slice(0, 200)}`;
  return `The model process ended (${how}${memory}${said})`;
}
