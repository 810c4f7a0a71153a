// That every subject that is shown can be asked for.
import { describe, expect, it } from 'vitest';
import { subjectOf } from '../budgets/limit-book.ts';
import type { Limit, LimitScope } from '../core/limits.ts';
import { readSubject, writeSubject } from './limit-subject.ts';

const payers = { organization: 'org_1', project: 'proj_1', key: 'key_1', model: 'm/1' };

describe('a subject', () => {
  it.each<[LimitScope, string, string]>([
    [{ key: '*' }, 'x', 'key_1'],
    [{ end_user: '*' }, 'ann  o\tneil', 'ann  o\tneil'],
    [{ key: '*', model: '*' }, 'x', 'key_1 m/1'],
    [{ key: '*', model: 'm/1' }, 'x', 'key_1'],
    [{ end_user: '*', model: '*' }, ' ann o neil ', ' ann o neil  m/1'],
    [{ key: '*', end_user: '*' }, 'a b', 'key_1 a b'],
    [{ project: '*', key: '*', end_user: '*', model: '*' }, 'a  b', 'proj_1 key_1 a  b m/1'],
  ])('of %j and end user %j is shown as %j and read back', (scope, endUser, text) => {
    const subject = subjectOf({ scope } as Limit, { ...payers, end_user: endUser }) ?? '';
    expect(writeSubject(subject)).toBe(text);
    expect(readSubject(scope, text)).toBe(subject);
    expect(readSubject(scope, subject)).toBe(subject);
  });

  it.each<[LimitScope, string]>([
    [{ key: '*', model: '*' }, 'key_1'],
    [{ key: '*', model: '*' }, 'key_1 m more'],
    [{ key: '*', end_user: '*', model: '*' }, 'key_1 m'],
  ])('of %j is not %j', (scope, text) => {
    expect(() => readSubject(scope, text)).toThrow(/as many values with a space between: key, /);
  });
});
