import { describe, expect, test } from 'vitest';
import { mapError, mapErrorMember } from './map-error.ts';

const body = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
const nested = (members: object = {}) =>
  body({ error: { message: 'No.', type: 'x', param: null, code: null, ...members } });

describe('mapError', () => {
  test.each([
    [400, 'upstream_rejected', 400],
    [401, 'upstream_auth_error', 502],
    [402, 'upstream_out_of_credit', 503],
    [403, 'upstream_auth_error', 502],
    [404, 'upstream_error', 502],
    [408, 'upstream_timeout', 504],
    [413, 'upstream_rejected', 400],
    [422, 'upstream_rejected', 400],
    [429, 'upstream_rate_limited', 429],
    [500, 'upstream_error', 502],
    [502, 'upstream_error', 502],
    [503, 'upstream_overloaded', 503],
    [504, 'upstream_timeout', 504],
    [529, 'upstream_overloaded', 503],
  ])('%i becomes %s', (status, code, shown) => {
    for (const said of [nested(), body(''), body('<html>'), body('[1]'), body('null'), body('{"error":7}')]) {
      const error = mapError(status, {}, said);
      expect([error.code, error.status]).toEqual([code, shown]);
    }
  });

  test('the embedded model quotes addresses of the client as they are', () => {
    const said = nested({ message: 'it refers to https://example.com/schema.' });
    expect(mapError(400, {}, said, [], 'model_rejected').message).toContain('https://example.com/schema');
    expect(mapError(400, {}, said).message).not.toContain('example.com');
  });

  test('FastAPI names the place, and the client gets it as param', () => {
    const detail = [{ loc: ['body', 'messages', 0, 'content'], msg: 'Input should be a text', type: 'x' }];
    const error = mapError(422, {}, body({ detail }));
    expect([error.message, error.param]).toEqual([
      'The model provider rejected the request: Input should be a text',
      'messages[0].content',
    ]);
    expect(mapError(422, {}, body({ detail: 'no' })).message).toContain('no');
  });

  test('Mistral wraps FastAPI’s list into the message of an error of its own', () => {
    const detail = [{ type: 'missing', loc: ['body', 'messages'], msg: 'Field required' }];
    const told = { type: 'invalid_request_error', param: null, code: null };
    for (const said of [
      { object: 'error', message: { detail }, ...told },
      { error: { message: { detail }, ...told } },
    ]) {
      const error = mapError(422, {}, body(said));
      expect([error.message, error.param, error.wireCode]).toEqual([
        'The model provider rejected the request: Field required',
        'messages',
        null,
      ]);
    }
    expect(mapError(400, {}, body({ object: 'error', message: { detail: 'No.' }, code: 'c' }))).toMatchObject(
      {
        message: 'The model provider rejected the request: No.',
        wireCode: 'c',
      },
    );
    expect(mapError(400, {}, body({ message: { detail: { detail: 'No.' } } })).message).toContain(
      'no reason',
    );
  });

  test.each([
    { code: 'insufficient_quota' },
    { type: 'insufficient_quota', code: null },
    { type: 'exceeded_current_quota_error' },
    { code: 'insufficient_user_quota' },
  ])('429 with %j is the empty account of the operator, not of the client', (members) => {
    const error = mapError(429, { 'retry-after': '1' }, nested(members));
    expect(error).toMatchObject({
      code: 'upstream_out_of_credit',
      status: 503,
      wireCode: 'no_available_upstream',
      shouldRetry: false,
    });
    expect(error.message).toContain('Your own key is fine');
    expect(JSON.stringify(error.message)).not.toContain('insufficient_quota');
  });

  test('a rejection keeps message, param and code; the rest of it is for the log', () => {
    const error = mapError(
      400,
      {},
      nested({ message: 'Too long.', param: 'messages', code: 'context_length_exceeded' }),
    );
    expect(error).toMatchObject({ param: 'messages', wireCode: 'context_length_exceeded' });
    expect(error.message).toBe('The model provider rejected the request: Too long.');
    expect(String(error.cause)).toContain('upstream status 400: Too long.');
  });

  test.each([
    ['nested', { error: { message: 'No.' } }],
    ['flat (vLLM)', { object: 'error', message: 'No.', code: 400 }],
    ['text', { error: 'No.' }],
  ])('reads %s bodies', (_, value) => {
    expect(mapError(400, {}, body(value)).message).toContain('No.');
  });

  test.each([
    [{ 'retry-after': '7' }, 7000],
    [{ 'retry-after': '0.5' }, 500],
    [{ 'retry-after': '-3' }, 0],
    [{ 'retry-after-ms': '1500', 'retry-after': '9' }, 1500],
    [{ 'retry-after': 'soon' }, 1000],
    [{ 'retry-after-ms': 'Infinity', 'retry-after': '9' }, 9000],
    [{ 'retry-after': '99999999999999999999' }, 86_400_000],
    [{ 'retry-after': 'Fri, 31 Dec 9999 23:59:59 GMT' }, 86_400_000],
    [{ 'retry-after': '' }, 1000],
    [{ 'retry-after': ' ' }, 1000],
    [{ 'retry-after-ms': '', 'retry-after': '9' }, 9000],
    [{}, 1000],
  ])('%j is a wait of %s ms', (headers, ms) => {
    expect(mapError(429, headers, nested()).retryAfterMs).toBe(ms);
  });

  test.each([
    ['0', 1],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 1],
    ['0.2', 1],
    ['1.2', 2],
    ['7', 7],
  ])('the sentence says the seconds that the header will say: %s is %i s', (given, seconds) => {
    for (const status of [429, 503]) {
      expect(mapError(status, { 'retry-after': given }, nested()).message).toContain(` in ${seconds} s.`);
    }
  });

  test('a date is a wait too', () => {
    const wait = mapError(
      429,
      { 'retry-after': new Date(Date.now() + 60_000).toUTCString() },
      nested(),
    ).retryAfterMs;
    expect(wait).toBeGreaterThan(58_000);
    expect(wait).toBeLessThanOrEqual(60_000);
  });

  test('keeps addresses and keys to itself, and ordinary words as they are', () => {
    const secrets = ['vllm-7.example', 'my-very-secret'];
    const said =
      'Key my-very-secret or sk-proj-0123456789abcdef at vllm-7.example, http://10.0.0.7:8000/v1, 10.0.0.7, llm.local:80';
    expect(mapError(400, {}, nested({ message: said }), secrets).message).not.toMatch(
      /secret|0123|vllm-7|10\.0|llm\.local/,
    );
    const harmless =
      "Invalid 'messages[0].content' for gpt-5.1 (v1.2.3): temperature 0.5 at 12:30, e.g. null.";
    expect(mapError(400, {}, nested({ message: harmless })).message).toContain(harmless);
    expect(mapError(400, {}, nested({ message: 'x'.repeat(5000) })).message.length).toBeLessThan(700);
  });
});

describe('mapErrorMember', () => {
  test.each([
    [{ message: 'No.', code: 429 }, 'upstream_rate_limited'],
    [{ message: 'No.', code: '503' }, 'upstream_overloaded'],
    [{ message: 'No.', code: 401 }, 'upstream_auth_error'],
    [{ message: 'No.', code: 400 }, 'upstream_rejected'],
    [{ message: 'No.', code: 'server_error' }, 'upstream_error'],
    [{ message: 'No.', code: 200 }, 'upstream_error'],
    [{ message: 'No.', code: 'insufficient_quota' }, 'upstream_out_of_credit'],
    [{ message: 'No.', code: 402 }, 'upstream_out_of_credit'],
    ['boom', 'upstream_error'],
    [{}, 'upstream_error'],
    [true, 'upstream_error'],
  ])('%j is %s', (member, code) => {
    expect(mapErrorMember(member).code).toBe(code);
  });
});
