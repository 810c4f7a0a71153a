// What Hugging Face (or a mirror of it) says of one file, without fetching it. Its answer to HEAD carries size and
// SHA-256 of the real file in x-linked-size and x-linked-etag: https://huggingface.co/docs/huggingface_hub
import type { HuggingFaceSource } from '../models.ts';
import { discardBody, type HttpSource } from './http-source.ts';
import { describeNetworkError } from './transfer.ts';
import type { ExpectedFile } from './verified-file.ts';

export interface RemoteFile extends ExpectedFile {
  readonly available: true;
}

export interface UnavailableFile {
  readonly available: false;
  /** The end of a sentence about the host. */
  readonly reason: string;
}

/** Where the file is; `endpoint` has no path of its own, or one that the mirror needs. */
export function huggingFaceUrl(endpoint: string, { repository, revision, path }: HuggingFaceSource): string {
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  return `${endpoint.replace(/\/+$/, '')}/${repository}/resolve/${encodeURIComponent(revision)}/${encoded}`;
}

/** Answers within `timeoutMs`; rejects only when `signal` aborts. */
export async function probeHuggingFace(
  url: string,
  source: HttpSource,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<RemoteFile | UnavailableFile> {
  const deadline = AbortSignal.timeout(timeoutMs);
  try {
    const answer = await source.send({
      method: 'HEAD',
      url,
      // Like huggingface_hub: the redirect to the file's store is for GET only, and its headers are what is wanted.
      follow: 'same-origin',
      signal: signal ? AbortSignal.any([deadline, signal]) : deadline,
    });
    discardBody(answer);
    if (answer.status >= 400) return { available: false, reason: `it answered ${answer.status}` };
    const etag = answer.header('x-linked-etag')?.replaceAll('"', '');
    const size =
      answer.header('x-linked-size') ?? (answer.status === 200 ? answer.header('content-length') : undefined);
    return {
      available: true,
      sha256: etag !== undefined && /^[0-9a-f]{64}$/.test(etag) ? etag : undefined,
      bytes: size !== undefined && /^\d+$/.test(size) ? Number(size) : undefined,
    };
  } catch (error) {
    signal?.throwIfAborted();
    if (deadline.aborted) return { available: false, reason: `no answer within ${timeoutMs / 1000} s` };
    return { available: false, reason: describeNetworkError(error) };
  }
}
