// A new master key: whatever happens on the way, every secret opens, and the next attempt completes it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { removeSecret, type SecretStorePorts, setSecret } from '../../src/accounts/secret-admin.ts';
import { secretKeySettings } from '../../src/accounts/secret-keys.ts';
import { rotateMasterKey } from '../../src/accounts/secret-rotation.ts';
import { createSecretReader } from '../../src/accounts/secrets.ts';
import { createIdSource, systemClock } from '../../src/core/clock.ts';
import type { Store } from '../../src/core/store.ts';
import { openSqliteToolStore } from '../../src/store/sqlite/open.ts';

const values = { ONE: 'sk-one-0123456789abcdefghij', TWO: 'sk-two-0123456789abcdefghij' };
let folder: string;
let store: Store;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tollgate-rotation-'));
  store = await openSqliteToolStore({ folder, clock: systemClock });
  for (const [name, value] of Object.entries(values)) await set(name, value);
});
afterEach(async () => {
  await store[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

function portsWith(keys: { key?: string; previous?: string } = {}): SecretStorePorts {
  return {
    reader: store.secretReader,
    writer: store.secretWriter,
    keys: secretKeySettings({ folder, key: keys.key, previous: keys.previous }),
    clock: systemClock,
    nextRevision: createIdSource('rev_', systemClock),
  };
}
const set = (name: string, value: string, ports = portsWith()) =>
  setSecret(ports, { name, value, force: false });
async function readAll(ports = portsWith()): Promise<Record<string, string | undefined>> {
  const read = await createSecretReader(ports.reader, ports.keys).read();
  return Object.fromEntries(
    read.names().map((name) => {
      const found = read.secret(name);
      return [name, found && 'value' in found ? found.value : undefined];
    }),
  );
}
const keyFile = () => readFileSync(join(folder, 'secret.key'), 'utf8');
const keyIds = async () =>
  new Set((await store.secretReader.sealedSecrets()).secrets.map(({ keyId }) => keyId));
const random = () => Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64');

test('everything is under the new key, the old one is gone, and the file is its owner’s alone', async () => {
  const [before, old] = [keyFile(), await keyIds()];
  const rotation = await rotateMasterKey(portsWith());
  expect(rotation).toMatchObject({ outcome: 'rotated', count: 2, from: [...old][0] });
  expect(keyFile()).not.toBe(before);
  expect(existsSync(join(folder, 'secret.key.next'))).toBe(false);
  expect(statSync(join(folder, 'secret.key')).mode & 0o777).toBe(0o600);
  expect(await readAll()).toEqual(values);
  expect((await keyIds()).size).toBe(1);
  expect((await keyIds()).isDisjointFrom(old)).toBe(true);
});

const steps = [
  'next-key-written',
  'while-committing',
  'committed',
  'read-back',
  'key-file-replaced',
] as const;

describe.each(steps)('killed at %s', { timeout: 60_000 }, (step) => {
  test('every secret opens, can be set, and the next rotation ends well', async () => {
    const script = fileURLToPath(new URL('rotate-and-die.ts', import.meta.url));
    const child = spawn(process.execPath, [script, folder, step], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [, signal] = await once(child, 'close');
    expect(signal).toBe('SIGKILL');

    expect(await readAll()).toEqual(values);
    await set('THREE', 'sk-three-0123456789abcdefghij');
    await set('ONE', 'sk-one-anew-0123456789abcdefghij');
    const now = {
      ONE: 'sk-one-anew-0123456789abcdefghij',
      THREE: 'sk-three-0123456789abcdefghij',
      TWO: values.TWO,
    };
    expect(await readAll()).toEqual(now);
    expect(await rotateMasterKey(portsWith())).toMatchObject({ outcome: 'rotated', count: 3 });
    expect(await readAll()).toEqual(now);
    expect(existsSync(join(folder, 'secret.key.next'))).toBe(false);
  });
});

test('secrets that are set, removed and read meanwhile are neither lost nor closed', async () => {
  let over = false;
  const rotations = (async () => {
    for (let round = 0; round < 15; round++) await rotateMasterKey(portsWith());
    over = true;
  })();
  const expected: Record<string, string> = { ...values };
  for (let round = 0; !over; round++) {
    const name = `N${round % 5}`;
    await set(name, `value-${round}`);
    expected[name] = `value-${round}`;
    expect(await readAll()).toEqual(expected);
    if (round % 3 === 0) {
      expect(await removeSecret(portsWith(), name)).toBe(true);
      delete expected[name];
    }
  }
  await rotations;
  expect(await readAll()).toEqual(expected);
}, 60_000);

test('nothing is changed when one cannot be decrypted', async () => {
  copyFileSync(join(folder, 'secret.key'), join(folder, 'kept'));
  rmSync(join(folder, 'secret.key'));
  expect(await rotateMasterKey(portsWith({ key: random() }))).toEqual({
    outcome: 'unreadable',
    names: ['ONE', 'TWO'],
  });
  copyFileSync(join(folder, 'kept'), join(folder, 'secret.key'));
  expect(await readAll()).toEqual(values);
});

test('without secrets no key is changed', async () => {
  for (const name of Object.keys(values)) await removeSecret(portsWith(), name);
  const before = keyFile();
  expect(await rotateMasterKey(portsWith())).toEqual({ outcome: 'nothing-stored' });
  expect(keyFile()).toBe(before);
});

test('by variables: from the file to a variable, and from one variable to the next', async () => {
  const [one, two] = [random(), random()];
  expect(await readAll(portsWith({ key: one }))).toEqual(values);
  expect(await rotateMasterKey(portsWith({ key: one }))).toMatchObject({ outcome: 'rotated', count: 2 });
  rmSync(join(folder, 'secret.key'));
  expect(await readAll(portsWith({ key: one }))).toEqual(values);
  expect(await rotateMasterKey(portsWith({ key: one }))).toMatchObject({ outcome: 'already', count: 2 });

  const both = portsWith({ key: two, previous: one });
  expect(await readAll(both)).toEqual(values);
  expect(await rotateMasterKey(both)).toMatchObject({ outcome: 'rotated', count: 2 });
  expect(await readAll(portsWith({ key: two }))).toEqual(values);
  expect(await readAll(portsWith({ key: one }))).toEqual({ ONE: undefined, TWO: undefined });
  expect(existsSync(join(folder, 'secret.key'))).toBe(false);
});

test('the first secret of two processes at once makes one key', async () => {
  const empty = join(folder, 'empty');
  await using other = await openSqliteToolStore({ folder: empty, clock: systemClock });
  const ports = {
    ...portsWith(),
    reader: other.secretReader,
    writer: other.secretWriter,
    keys: secretKeySettings({ folder: empty, key: undefined, previous: undefined }),
  };
  const names = Array.from({ length: 8 }, (_, index) => `N${index}`);
  await Promise.all(names.map((name) => set(name, `value of ${name}`, ports)));
  expect(await readAll(ports)).toEqual(Object.fromEntries(names.map((name) => [name, `value of ${name}`])));
});

test('without the key nothing new is stored beside what cannot be read, unless it is forced', async () => {
  rmSync(join(folder, 'secret.key'));
  const refused = await set('THREE', 'x');
  expect(refused).toEqual({ outcome: 'wrong-key', unreadable: ['ONE', 'TWO'] });
  expect(existsSync(join(folder, 'secret.key'))).toBe(false);
  const forced = await setSecret(portsWith(), { name: 'THREE', value: 'x', force: true });
  expect(forced).toEqual({ outcome: 'stored', keyFile: join(folder, 'secret.key') });
  expect(await readAll()).toEqual({ ONE: undefined, THREE: 'x', TWO: undefined });
});
