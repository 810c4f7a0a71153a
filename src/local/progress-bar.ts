// A download in the terminal: one line that updates itself, or plain lines now and then where output is a pipe.
import { fractionOf, type TransferProgress } from './fetching/transfer-meter.ts';
import { formatBytes, formatSeconds } from './format-quantity.ts';

/** What is needed of process.stderr. */
export interface ProgressOutput {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface ProgressBar {
  update(progress: TransferProgress): void;
  /** Ends the line, so that what is written next starts on its own. */
  done(): void;
}

const plainEveryMs = 5000;
const plainEveryTenth = 10;
const clearLine = '\r\u001b[2K';

export function createProgressBar(
  output: ProgressOutput,
  now: () => number = () => performance.now(),
): ProgressBar {
  let open = false;
  let tenth = -1;
  let writtenAt = 0;
  return {
    update(progress) {
      if (output.isTTY) {
        open = true;
        output.write(`${clearLine}${formatProgress(progress, (output.columns ?? 80) - 1)}`);
        return;
      }
      const reached = Math.floor((fractionOf(progress) ?? 0) * plainEveryTenth);
      if (reached === tenth && now() - writtenAt < plainEveryMs) return;
      tenth = reached;
      writtenAt = now();
      output.write(`${formatFacts(progress)}\n`);
    },
    done() {
      if (open) output.write('\n');
      open = false;
    },
  };
}

/** `Qwen3 ━━━━━━────  62 %  396 MB of 639 MB  8.3 MB/s  30 s left`, the bar as wide as `columns` lets it be. */
export function formatProgress(progress: TransferProgress, columns: number): string {
  const facts = formatFacts(progress).slice(progress.name.length);
  const width = Math.min(30, columns - progress.name.length - facts.length - 1);
  const fraction = fractionOf(progress);
  if (width < 5 || fraction === undefined) return `${progress.name}${facts}`.slice(0, Math.max(columns, 0));
  const filled = Math.round(width * fraction);
  return `${progress.name} ${'━'.repeat(filled)}${'─'.repeat(width - filled)}${facts}`;
}

function formatFacts(progress: TransferProgress): string {
  const { name, bytes, total, bytesPerSecond, etaSeconds } = progress;
  const percent = fractionOf(progress);
  const parts = [
    ...(percent === undefined ? [] : [`${String(Math.floor(percent * 100)).padStart(3)} %`]),
    total === undefined ? formatBytes(bytes) : `${formatBytes(bytes)} of ${formatBytes(total)}`,
    ...(bytesPerSecond > 0 ? [`${formatBytes(bytesPerSecond)}/s`] : []),
    ...(etaSeconds === undefined || bytes === total ? [] : [`${formatSeconds(etaSeconds)} left`]),
  ];
  return `${name} ${parts.join('  ')}`;
}
