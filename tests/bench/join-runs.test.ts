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
  const whole = { tollgate: '0.1.0 (a)', node: 'v26', seconds: 10, peers: [], legs: {}, ...run };
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

test('runs of two versions are not', () => {
  expect(() => joinRuns([written(speed), written({ tollgate: '0.1.0 (b)' })])).toThrow(/cannot be joined/);
});
