// Tells whether a path is a readable GGUF file, before an engine is started for it.
import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { systemErrorCode } from './engine-failure.ts';

/** What is wrong with the file, as the end of a sentence about it; `undefined` if it looks right. */
export async function ggufProblem(path: string): Promise<string | undefined> {
  try {
    const stats = await stat(path);
    if (stats.isDirectory()) return 'is a folder, not a GGUF file';
    if (!stats.isFile()) return 'is not a regular file';
    const handle = await open(path, 'r');
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0);
      if (bytesRead < 4 || buffer.toString('latin1') !== 'GGUF') {
        return 'is not a GGUF file (it does not start with "GGUF")';
      }
    } finally {
      await handle.close();
    }
    return undefined;
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return 'does not exist';
    if (code === 'EACCES' || code === 'EPERM') return 'cannot be read: permission denied';
    return `cannot be read (${code ?? String(error)})`;
  }
}

/** `/models/Qwen3-0.6B-Q8_0.gguf` -> `Qwen3-0.6B-Q8_0`. */
export function modelNameOf(path: string): string {
  return basename(path).replace(/\.gguf$/i, '');
}
