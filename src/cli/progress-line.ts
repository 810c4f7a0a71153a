// Lines and a progress bar on one terminal: a line that comes while the bar stands starts on its own row.
import type { TransferProgress } from '../local/fetching/transfer-meter.ts';
import { createProgressBar, type ProgressOutput } from '../local/progress-bar.ts';

export interface ProgressLine {
  say(line: string): void;
  progress(progress: TransferProgress): void;
}

export function createProgressLine(output: ProgressOutput): ProgressLine {
  const bar = createProgressBar(output);
  return {
    say(line) {
      bar.done();
      output.write(`${line}\n`);
    },
    progress(progress) {
      bar.update(progress);
      if (progress.bytes === progress.total) bar.done();
    },
  };
}
