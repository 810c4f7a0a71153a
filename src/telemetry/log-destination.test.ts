import { execFileSync } from 'node:child_process';
import { closeSync, constants, fstatSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLogDestination, type LogDestination } from './log-destination.ts';

const generous = 60_000;

describe.runIf(process.platform === 'linux')('a pipe', () => {
  let folder: string;
  let reader: number;
  let writer: number;
  let destination: LogDestination;
  let lost: number;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tollgate-log-'));
    const path = join(folder, 'pipe');
    execFileSync('mkfifo', [path]);
    reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    writer = openSync(path, constants.O_WRONLY);
    lost = 0;
    destination = createLogDestination({
      descriptor: writer,
      most: 1_000_000,
      onLost: (lines) => {
        lost += lines;
        destination.write('{"lost":true}\n');
      },
    });
  });
  afterEach(() => {
    closeSync(reader);
    closeSync(writer);
    rmSync(folder, { recursive: true });
  });

  /** What is in the pipe now. */
  function read(): string {
    const buffer = Buffer.alloc(65_536);
    let text = '';
    try {
      for (;;) {
        const count = readSync(reader, buffer);
        if (count === 0) return text;
        text += buffer.toString('latin1', 0, count);
      }
    } catch {
      return text;
    }
  }

  const line = (index: number) => `{"index":${index},"text":"${'x'.repeat(200)}"}\n`;

  test('lines are written together, soon', async () => {
    destination.write(line(1));
    destination.write(line(2));
    expect(read()).toBe('');
    let text = '';
    await expect.poll(() => (text += read())).toBe(line(1) + line(2));
  });

  /** All there is, once what was lost was told, which comes last. */
  async function readToTheEnd(): Promise<string> {
    let text = '';
    while (!text.endsWith('{"lost":true}\n')) {
      await destination.drain(10);
      text += read();
    }
    return text;
  }

  test(
    'nobody reads: lines wait up to a bound, then are counted; a later reader gets whole lines',
    async () => {
      const count = 20_000;
      for (let index = 0; index < count; index++) destination.write(line(index));
      const text = await readToTheEnd();
      const records = text
        .trimEnd()
        .split('\n')
        .map((each) => JSON.parse(each));
      const told = records.filter((record) => record.lost);
      const indexes = records.filter((record) => !record.lost).map(({ index }) => index);
      expect(told).toHaveLength(1);
      expect(indexes.length).toBeGreaterThan(1_000);
      expect(indexes).toEqual(indexes.map((_, index) => index));
      expect(indexes.length + lost).toBe(count);
    },
    generous,
  );

  test(
    'nobody reads: the end of the process does not wait for it',
    async () => {
      for (let index = 0; index < 2_000; index++) destination.write(line(index));
      await destination.drain(20);
      destination.writeNow();
      expect(read().length).toBeGreaterThan(4_096);
    },
    generous,
  );

  test('what waits at the end is written', () => {
    destination.write(line(0));
    destination.write(line(1));
    destination.writeNow();
    expect(read()).toContain(line(1));
  });
});

test.runIf(process.platform === 'linux')(
  'a disk that is full takes nothing, and nothing comes of it',
  async () => {
    const full = openSync('/dev/full', 'w');
    const destination = createLogDestination({ descriptor: full, onLost: () => undefined });
    destination.write('one\n');
    await destination.drain(50);
    destination.write('two\n');
    destination.writeNow();
    closeSync(full);

    // Its number is another file's now: nothing of the log may come there.
    const folder = mkdtempSync(join(tmpdir(), 'tollgate-log-'));
    const other = openSync(join(folder, 'other'), 'w+');
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect(fstatSync(other).size).toBe(0);
    closeSync(other);
    rmSync(folder, { recursive: true });
  },
);
