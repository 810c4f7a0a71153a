// Figures of a run that was measured in parts.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { joinRuns } from '../../bench/join-runs.ts';

const folder = mkdtempSync(join(tmpdir(), 'tollgate-runs-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;

function written(run: object): string {
  const path = join(folder, `${files++}.json`);
  const whole = {
    tollgate: '0.1.0 (a)',
    node: 'v26',
    seconds: 10,
    peers: [],
    notInstalled: [],
    legs: {},
    ...run,
  };
  writeFileSync(path, JSON.stringify(whole));
  return path;
}

const speed = {
  legs: { fullSpeed: { tollgate: { micros: [1] } } },
  peers: [{ name: 'tollgate', failures: {} }],
};
const memory = {
  peers: [
    { name: 'tollgate', failures: { memory: 'x' }, memory: { idle: 1 } },
    { name: 'relay', failures: {} },
  ],
};

test('parts of a run are one run', () => {
  const joined = joinRuns([written(speed), written(memory)]);
  expect(joined.legs).toEqual(speed.legs);
  expect(joined.peers).toEqual([memory.peers[0], memory.peers[1]]);
  expect(joined.seconds).toBe(20);
});

test.each([{ tollgate: '0.1.0 (b)' }, { node: 'v27' }, { cores: 8 }, { processor: 'another' }])(
  'runs that differ in %j are not',
  (other) => {
    expect(() => joinRuns([written(speed), written(other)])).toThrow(
      `cannot be joined: ${Object.keys(other)[0]} is `,
    );
  },
);

test('what could not be installed is told once, and not of a program that was there in another part', () => {
  const nginx = { title: 'nginx', reason: 'no apt' };
  const bifrost = { title: 'Bifrost', reason: 'no network' };
  const withNginx = { peers: [{ name: 'nginx', title: 'nginx', failures: {} }], notInstalled: [bifrost] };
  const without = { notInstalled: [nginx, bifrost] };
  for (const runs of [
    [withNginx, without],
    [without, withNginx],
  ]) {
    expect(joinRuns(runs.map(written)).notInstalled).toEqual([bifrost]);
  }
});

test('a file that has no figures is named', () => {
  expect(() => joinRuns([join(folder, 'nowhere.json')])).toThrow(/nowhere\.json cannot be read: /);
  expect(() => joinRuns([written({ legs: undefined })])).toThrow(/has no figures of `npm run bench`/);
});
