// The name of a node: the same whenever a gateway starts on this data folder on this machine, and no other's.
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { privateFile } from '../sqlite/data-folder.ts';

/**
 * The folder's own number is made at the first start. A copy of the folder on another machine is another node; two gateways
 * on one folder cannot be. Throws StoreError when the folder cannot be written.
 */
export function nodeIdentity(folder: string): string {
  const path = privateFile(folder, 'node-id');
  let number = readFileSync(path, 'utf8').trim();
  if (!/^[0-9a-f]{16}$/.test(number)) {
    number = randomBytes(8).toString('hex');
    writeFileSync(join(folder, 'node-id'), `${number}\n`);
  }
  return `${hostname()}/${number}`;
}
