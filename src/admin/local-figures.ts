// How busy the embedded model is, asked of its process over its socket. What does not answer in a moment is left out: the page that
// shows it asks again.
import { Client } from 'undici';

export interface LocalFigures {
  readonly slots: number;
  readonly slots_busy: number;
  readonly queue_depth: number;
  readonly queue_limit: number;
  readonly context_window: number;
  readonly threads: number;
  readonly decoded_tokens_total: number;
  readonly prompt_tokens_total: number;
  readonly tokens_per_second: number;
  /** Resident memory of the process; absent of an older one. */
  readonly memory_bytes?: number;
}

const timeoutMs = 1_000;

/** Never rejects. */
export async function readLocalFigures(socketPath: string): Promise<LocalFigures | undefined> {
  const client = new Client('http://local-model', { socketPath });
  try {
    const { statusCode, body } = await client.request({
      path: '/health',
      method: 'GET',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const answer = (await body.json()) as LocalFigures;
    return statusCode === 200 ? answer : undefined;
  } catch {
    // It is ending, or busy with something longer than a moment.
    return undefined;
  } finally {
    await client.destroy();
  }
}
