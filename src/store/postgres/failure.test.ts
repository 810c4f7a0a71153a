import { describe, expect, it } from 'vitest';
import { StoreError } from '../../core/store.ts';
import { isConnectionLoss, isTransient, placeOf, sqlState, toStoreError } from './failure.ts';

const coded = (code: string) => Object.assign(new Error(code), { code });

describe('a failure', () => {
  it.each(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', '08006', '57P01', '57P03'])(
    '%s is a lost connection',
    (code) => {
      expect(isConnectionLoss(coded(code))).toBe(true);
      expect(isTransient(coded(code))).toBe(true);
    },
  );

  it.each(['40001', '40P01', '53300', '53100', '55P03', '57014', '25006'])('%s may pass', (code) => {
    expect(isConnectionLoss(coded(code))).toBe(false);
    expect(isTransient(coded(code))).toBe(true);
  });

  it.each(['23505', '22003', '42P01', 'XX000', 'P0001'])('%s is the fault of what was asked', (code) => {
    expect(isTransient(coded(code))).toBe(false);
  });

  it('of the socket has no SQLSTATE, though it may look like one', () => {
    expect(sqlState(coded('EPIPE'))).toBe(undefined);
    expect(isConnectionLoss(new StoreError('schema_newer', ''))).toBe(false);
  });
});

describe('the sentence for the operator', () => {
  const url = 'postgres://ada:hunter2@db.internal:6432/books?sslmode=require';

  it.each(['28P01', '3D000', '42501', '57P03', 'ECONNREFUSED', '22003'])(
    'of %s holds no password',
    (code) => {
      const { message } = toStoreError(coded(code), url);
      expect(message).toContain('db.internal:6432/books as ada');
      expect(message).not.toContain('hunter2');
    },
  );

  it('names the place also where the URL says little', () => {
    expect(placeOf('postgres://localhost')).toBe('localhost:5432/postgres');
    expect(placeOf('postgres:///books?host=/run/postgresql')).toBe('localhost:5432/books');
  });
});
