// Settlements the database could not take, kept on this machine until it can: a file in the data folder, written to the
// disk before a settlement counts as safe. Knows no SQL. Replaying is safe to repeat: a settlement is idempotent by its id.
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Cell } from '../sql/ledger.ts';

/** One settlement, its cells by the names of `settleCells`. */
export interface SpoolRecord {
  readonly settle: Readonly<Record<string, Cell>>;
  /** It releases a hold that this transaction may have committed: such a row may be unknown without any harm. */
  readonly transaction?: string;
}

export interface Spool {
  /** Returns once the records are on the disk. Throws what the file system says. */
  append(records: readonly SpoolRecord[]): void;
  /** Whether there is anything to replay. */
  readonly waiting: boolean;
  /** What waits, oldest first. Later records go to another file until `replayed` is called. */
  take(): SpoolRecord[];
  /** What `take` gave out is in the database. */
  replayed(): void;
}

export function openSpool(folder: string): Spool {
  const path = join(folder, 'settlements.spool');
  const taken = join(folder, 'settlements.replaying');

  return {
    append(records) {
      const isNew = !existsSync(path);
      const file = openSync(path, 'a', 0o600);
      try {
        // Begins on a line of its own, should the last write have been cut off.
        writeAll(file, Buffer.from(`\n${records.map(lineOf).join('')}`));
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      if (isNew) syncFolder(folder);
    },
    get waiting() {
      return existsSync(path) || existsSync(taken);
    },
    take() {
      if (!existsSync(taken)) {
        if (!existsSync(path)) return [];
        renameSync(path, taken);
      }
      return readRecords(readFileSync(taken, 'utf8'));
    },
    replayed() {
      rmSync(taken, { force: true });
    },
  };
}

function writeAll(file: number, bytes: Buffer): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
}

/** A new name is only as durable as its folder. */
function syncFolder(folder: string): void {
  // Windows opens no folders, and its file system keeps names by itself.
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** `<checksum> <json>`: a line that was cut off, or that the disk has damaged, does not fit its checksum. */
function lineOf(record: SpoolRecord): string {
  const json = JSON.stringify(record, (_, value) =>
    typeof value === 'bigint' ? { $bigint: String(value) } : value,
  );
  return `${checksum(json)} ${json}\n`;
}

function readRecords(text: string): SpoolRecord[] {
  const records: SpoolRecord[] = [];
  for (const line of text.split('\n')) {
    const json = line.slice(checksumLength + 1);
    if (line === '' || line.slice(0, checksumLength) !== checksum(json)) continue;
    records.push(
      JSON.parse(json, (_, value) =>
        typeof value?.$bigint === 'string' ? BigInt(value.$bigint) : value,
      ) as SpoolRecord,
    );
  }
  return records;
}

const checksumLength = 16;

function checksum(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, checksumLength);
}
