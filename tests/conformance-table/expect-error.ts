// One row of the contract's section 4, compared with an answer: status, the four keys in their order, words, headers.
import { expect } from 'vitest';
import type { Json } from '../support/scripted-upstream.ts';

export interface ErrorRow {
  readonly status: number;
  /** `invalid_request_error` when left out. */
  readonly type?: string;
  readonly code: string | null;
  /** `null` when left out. */
  readonly param?: string | null;
  readonly message: string | RegExp;
  /** `null`: no such header. */
  readonly headers?: Readonly<Record<string, string | null>>;
}

export async function expectError(response: Response, row: ErrorRow): Promise<void> {
  const { status, type = 'invalid_request_error', code, param = null, message, headers = {} } = row;
  const body = (await response.json()) as Json;
  const words = typeof message === 'string' ? message : expect.stringMatching(message);
  expect({ status: response.status, body }).toEqual({
    status,
    body: { error: { message: words, type, param, code } },
  });
  expect(Object.keys(body.error)).toEqual(['message', 'type', 'param', 'code']);
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(response.headers.get('x-request-id')).toMatch(/^req_/);
  for (const [name, value] of Object.entries(headers)) expect(response.headers.get(name)).toBe(value);
}
