import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import type { Check } from '../conformance/check.ts';
import type { CheckResult } from '../conformance/run.ts';
import { createReport } from './conformance-report.ts';

const check: Check = {
  id: 'group.what-holds',
  title: 'a title of some length that is longer than a narrow terminal has room for in one line',
  severity: 'must',
  contract: '3',
  run: async () => [],
};
const result = (members: Partial<CheckResult>): CheckResult => ({
  group: 'Group',
  check,
  outcome: 'pass',
  mismatches: [],
  reason: undefined,
  ms: 12,
  ...members,
});
// Colours are for terminals; under the tests' runner they may be on or off.
const plain = stripVTControlCharacters;

test.each([60, 80, 100, 200])('no line is wider than %i columns', (width) => {
  const report = createReport([check], width);
  const mismatches = [{ at: 'here', expected: 'x'.repeat(300), actual: 'some words '.repeat(40) }];
  const text = plain(
    report.result(result({ outcome: 'fail', mismatches })) +
      report.result(result({ outcome: 'skip', reason: 'not offered '.repeat(30) })),
  );
  for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(width);
  expect(text.replaceAll(/\s+/g, '')).toContain('x'.repeat(300));
});

test('in a pipe a check is one whole line, and what is wrong is one each', () => {
  const report = createReport([check], undefined);
  const mismatches = [{ at: 'here', expected: 'a', actual: 'b '.repeat(200) }];
  const text = plain(report.result(result({ outcome: 'fail', mismatches })));
  expect(text.split('\n')).toHaveLength(6);
  expect(text).toContain(check.title);
});

test('a group is titled once, a reason is said once', () => {
  const report = createReport([check], undefined);
  const text = plain(
    [
      result({ outcome: 'skip', reason: 'no tools' }),
      result({ outcome: 'skip', reason: 'no tools' }),
      result({ group: 'Next', outcome: 'skip', reason: 'no n' }),
    ]
      .map(report.result)
      .join(''),
  );
  expect(text.match(/Group\n/g)).toHaveLength(1);
  expect(text.match(/no tools/g)).toHaveLength(1);
  expect(text).toContain('skipped, as above');
  expect(text).toContain('\n\nNext\n');
});

test('what a server sends does not move the cursor', () => {
  const report = createReport([check], 80);
  const mismatches = [{ at: 'a\u001B[2J', expected: 'b\r\n', actual: 'c\u0007' }];
  const text = report.result(result({ outcome: 'fail', mismatches }));
  for (const moving of ['\u001B[2J', '\r', '\u0007']) expect(text).not.toContain(moving);
});
