// How busy the embedded model is, as its process tells whoever asks over its socket. What does not answer in a moment is left out:
// pages and scrapes ask again.
import { request } from 'node:http';
import type { ChildHealth } from './child-protocol.ts';

/** `memory_bytes` is absent of an older one. */
export type EngineFigures = Omit<ChildHealth, 'state' | 'model' | 'memory_bytes'> &
  Partial<Pick<ChildHealth, 'memory_bytes'>>;

const timeoutMs = 1_000;

/** Never rejects. */
export async function readEngineFigures(socketPath: string): Promise<EngineFigures | undefined> {
  try {
    return JSON.parse(await health(socketPath));
  } catch {
    // It is ending, or busy with something longer than a moment.
    return undefined;
  }
}

function health(socketPath: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs);
    // A connection of its own: nothing is kept open to a process that may be gone by the next time.
    const asked = request({ socketPath, path: '/health', agent: false, signal }, (answer) => {
      const pieces: Buffer[] = [];
      answer.on('data', (piece: Buffer) => pieces.push(piece));
      answer.on('error', reject);
      answer.on('end', () => {
        if (answer.statusCode === 200) resolve(Buffer.concat(pieces).toString());
        else reject(new Error(`status ${answer.statusCode}`));
      });
    });
    asked.on('error', reject);
    asked.end();
  });
}
