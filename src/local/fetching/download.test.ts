import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type HuggingFaceServer, startHuggingFaceServer } from '../fixtures/hugging-face-server.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../fixtures/temporary-folder.ts';
import { type DownloadOptions, type DownloadRequest, download } from './download.ts';
import { type FileSystem, systemFileSystem } from './file-system.ts';
import { createHttpSource } from './http-source.ts';
import type { TransferProgress } from './transfer-meter.ts';

const content = Buffer.concat([Buffer.from('GGUF'), randomBytes(300_000)]);
const sha256Of = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

describe('download', () => {
  let folder: TemporaryFolder;
  let server: HuggingFaceServer;
  let waits: number[];
  let lines: string[];

  beforeEach(async () => {
    folder = await createTemporaryFolder();
    server = await startHuggingFaceServer(content);
    waits = [];
    lines = [];
  });
  afterEach(async () => {
    await server[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  async function run(
    request: Partial<DownloadRequest> = {},
    options: Partial<DownloadOptions> = {},
    environment: Record<string, string> = {},
  ): Promise<void> {
    await using source = createHttpSource({
      endpoint: server.endpoint,
      environment,
      connectTimeoutMs: 1000,
      stallMs: 80,
    });
    await download(
      {
        name: 'Tiny',
        url: `${server.endpoint}/owner/repo/resolve/main/tiny.gguf`,
        file: folder.file('tiny.gguf'),
        bytes: content.length,
        sha256: sha256Of(content),
        ...request,
      },
      {
        source,
        say: (line) => lines.push(line),
        wait: async (ms, signal) => {
          signal?.throwIfAborted();
          waits.push(ms);
        },
        ...options,
      },
    );
  }

  const result = () => readFile(folder.file('tiny.gguf'));
  const names = async () => (await readdir(folder.path)).filter((name) => !name.endsWith('.lock')).sort();

  test('follows the redirect, verifies, and leaves only the file and its record', async () => {
    const progress: TransferProgress[] = [];
    await run({}, { onProgress: (report) => progress.push(report) });
    expect((await result()).equals(content)).toBe(true);
    expect(await names()).toEqual(['tiny.gguf', 'tiny.gguf.verified.json']);
    expect(progress.at(-1)).toMatchObject({ bytes: content.length, total: content.length });
  });

  test('a file that is already there and whole is not fetched again', async () => {
    await run();
    await run();
    expect(server.requests).toHaveLength(1);
  });

  test('resumes with Range and If-Range after a connection that was cut', async () => {
    server.faults = [{ kind: 'cut', after: 100_000 }];
    await run();
    expect((await result()).equals(content)).toBe(true);
    expect(server.requests[1]).toMatchObject({ range: 'bytes=100000-', ifRange: '"etag-1"' });
    expect(waits).toEqual([500]);
  });

  test('resumes the part that another process left', async () => {
    await writeFile(folder.file('tiny.gguf.part'), content.subarray(0, 200_000));
    await writeFile(folder.file('tiny.gguf.part.etag'), '"etag-1"');
    await run();
    expect((await result()).equals(content)).toBe(true);
    expect(server.requests).toEqual([
      { range: 'bytes=200000-', ifRange: '"etag-1"', authorization: undefined },
    ]);
  });

  test('a part that is complete already is verified without a request', async () => {
    await writeFile(folder.file('tiny.gguf.part'), content);
    await run();
    expect(server.requests).toHaveLength(0);
    expect((await result()).equals(content)).toBe(true);
  });

  test('starts over when the file on the server has changed', async () => {
    server.faults = [{ kind: 'cut', after: 100_000 }];
    const changed = Buffer.concat([content.subarray(1), content.subarray(0, 1)]);
    await run(
      { sha256: sha256Of(changed) },
      {
        wait: async () => {
          server.content = changed;
          server.etag = '"etag-2"';
        },
      },
    );
    expect((await result()).equals(changed)).toBe(true);
  });

  test('a server that ignores Range does not double the beginning', async () => {
    server.faults = [{ kind: 'cut', after: 100_000 }, { kind: 'ignore-range' }];
    await run();
    expect((await result()).equals(content)).toBe(true);
  });

  test('a range that was not asked for is not believed', async () => {
    server.faults = [{ kind: 'cut', after: 100_000 }, { kind: 'wrong-range' }];
    await run();
    expect((await result()).equals(content)).toBe(true);
    expect(server.requests).toHaveLength(3);
  });

  test('416 throws the part away and starts over', async () => {
    server.faults = [
      { kind: 'cut', after: 100_000 },
      { kind: 'status', status: 416 },
    ];
    await run();
    expect(server.requests.map(({ range }) => range)).toEqual([undefined, 'bytes=100000-', undefined]);
    expect((await result()).equals(content)).toBe(true);
  });

  test('a server that falls silent is left and the rest fetched', async () => {
    server.faults = [{ kind: 'stall', after: 150_000 }];
    await run();
    expect((await result()).equals(content)).toBe(true);
    expect(server.requests[1]?.range).toBe('bytes=150000-');
  });

  test('more bytes than announced are not kept', async () => {
    server.faults = [{ kind: 'too-long' }];
    await run();
    expect((await result()).equals(content)).toBe(true);
  });

  test('wrong content is fetched once more, then reported and removed', async () => {
    server.faults = [{ kind: 'wrong-bytes' }];
    await run();
    expect(lines).toEqual([expect.stringContaining('wrong content')]);
    expect((await result()).equals(content)).toBe(true);

    server.faults = [{ kind: 'wrong-bytes' }, { kind: 'wrong-bytes' }];
    await expect(run({ file: folder.file('other.gguf') })).rejects.toThrow(/wrong content twice: SHA-256/);
    expect(await names()).toEqual(['tiny.gguf', 'tiny.gguf.verified.json']);
  });

  test('gives up after a bounded number of attempts, with growing waits', async () => {
    server.faults = Array.from({ length: 20 }, () => ({ kind: 'status', status: 503 }) as const);
    await expect(run({}, { attempts: 4 })).rejects.toThrow(
      /Tiny could not be downloaded from 127\.0\.0\.1:\d+: .*answered 503 \(4 attempts\)/,
    );
    expect(waits).toEqual([500, 1000, 2000]);
  });

  test('waits as long as Retry-After says', async () => {
    server.faults = [{ kind: 'status', status: 429, retryAfter: '7' }];
    await run();
    expect(waits).toEqual([7000]);
  });

  test('404 is final at once and names the URL', async () => {
    server.faults = [{ kind: 'status', status: 404 }];
    await expect(run()).rejects.toThrow(/resolve\/main\/tiny\.gguf cannot be downloaded: .*404/);
    expect(server.requests).toHaveLength(1);
  });

  test('a token goes to the endpoint only, never to where it redirects', async () => {
    await run({}, {}, { HF_TOKEN: 'hf_secret' });
    expect(server.requests[0]?.authorization).toBeUndefined();
  });

  test('a proxy of the environment is used, except for what NO_PROXY names', async () => {
    const proxied: string[] = [];
    const proxy = createServer((_, response) => response.writeHead(404).end());
    proxy.on('request', (request) => proxied.push(request.url ?? ''));
    proxy.on('connect', (request, socket) => {
      proxied.push(request.url ?? '');
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const address = proxy.address();
    const http_proxy = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    await expect(run({}, { attempts: 1 }, { http_proxy })).rejects.toThrow(/download/);
    expect(proxied[0]).toContain(new URL(server.endpoint).host);
    await run({}, {}, { http_proxy, no_proxy: '127.0.0.1,localhost' });
    expect(proxied).toHaveLength(1);
    proxy.close();
  });

  test('a redirect to plain http elsewhere is refused', async () => {
    server.redirectTo = 'http://192.0.2.1/file';
    await expect(run()).rejects.toThrow(/only downloaded over https/);
  });

  test('redirects without end are given up', async () => {
    server.redirectTo = `${server.endpoint}/again`;
    await expect(run()).rejects.toThrow(/redirects more than/);
  });

  test('an abort ends it at once and keeps the part for the next time', async () => {
    server.faults = [{ kind: 'stall', after: 120_000 }];
    const abort = new AbortController();
    const reason = new Error('enough');
    const failing = run(
      {},
      {
        signal: abort.signal,
        onProgress: ({ bytes }) => {
          if (bytes === 0) setImmediate(() => abort.abort(reason));
        },
      },
    );
    await expect(failing).rejects.toBe(reason);
    expect(await names()).toContain('tiny.gguf.part');
  });

  test('two downloads of one file at the same time: one fetches, the other waits', async () => {
    const wait = () => new Promise<void>((resolve) => setTimeout(resolve, 5));
    await Promise.all([run({}, { wait }), run({}, { wait })]);
    expect(server.requests).toHaveLength(1);
    expect(lines).toEqual(['Another process is downloading Tiny; waiting for it.']);
    expect((await result()).equals(content)).toBe(true);
  });

  test('a disk without room is refused before the first byte, with the numbers', async () => {
    const fileSystem = { ...systemFileSystem, statfs: async () => ({ bavail: 10, bsize: 4096 }) };
    await expect(run({}, { fileSystem: fileSystem as unknown as FileSystem })).rejects.toThrow(
      new RegExp(`The disk of ${folder.path} is full: .*\\(40960 bytes\\) are free`),
    );
    expect(server.requests).toHaveLength(0);
  });

  test('a disk that fills up on the way is reported and the part given back', async () => {
    const fileSystem: FileSystem = {
      ...systemFileSystem,
      open: async (path, flags) => {
        const handle = await systemFileSystem.open(path, flags);
        handle.write = async () => {
          throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
        };
        return handle;
      },
    };
    await expect(run({}, { fileSystem })).rejects.toThrow(
      new RegExp(`The disk of ${folder.path} is full: .*${content.length} bytes\\) are needed`),
    );
    expect(await names()).toEqual([]);
  });

  test('a disk that really is full is reported the same', async ({ skip }) => {
    const small = folder.file('small');
    await mkdir(small);
    const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=128k', 'tmpfs', small]);
    skip(mount.status !== 0, 'needs the right to mount a file system');
    try {
      let asked = 0;
      const fileSystem: FileSystem = {
        ...systemFileSystem,
        // The look before the download must not notice: the disk fills up afterwards.
        statfs: (async (path: string) =>
          asked++ === 0
            ? { bavail: 1e9, bsize: 4096 }
            : systemFileSystem.statfs(path)) as unknown as FileSystem['statfs'],
      };
      const file = join(small, 'tiny.gguf');
      await expect(run({ file }, { fileSystem })).rejects.toThrow(
        new RegExp(`The disk of ${small} is full: .* are needed and .* are free; make room`),
      );
      expect((await readdir(small)).filter((name) => !name.endsWith('.lock'))).toEqual([]);
    } finally {
      spawnSync('umount', [small]);
    }
  });

  test('without known size and checksum the server says the size', async () => {
    server.faults = [{ kind: 'cut', after: 100_000 }];
    await run({ bytes: undefined, sha256: undefined });
    expect((await result()).equals(content)).toBe(true);
  });
});
