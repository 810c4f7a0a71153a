import { describe, expect, it } from 'vitest';
import type { RequestDetail } from '../../../api/contract.ts';
import { timelineOf } from './timeline.ts';

const attempt = {
  provider: 'local',
  upstream_model: 'tiny',
  status: 200,
  error: null,
  duration_ms: 375,
  start_ms: 147,
  first_byte_ms: 515,
};
const request = {
  state: 'settled',
  stream: true,
  timeline: { held_ms: 147, first_token_ms: 522, last_token_ms: 900, settled_ms: 901 },
  attempts: [attempt],
} as unknown as RequestDetail;

describe('the steps of a request', () => {
  it('say of an attempt how long the attempt had waited, as its bar does', () => {
    const bar = timelineOf(request, 0).bars.find(({ id }) => id === 'attempt-0');
    expect(bar).toMatchObject({ start: 147, end: 522, detail: 'status after 368 ms' });
  });

  it('count from the start of the request where that is all that is known', () => {
    const unknownStart = { ...request, attempts: [{ ...attempt, start_ms: null }] } as RequestDetail;
    const bar = timelineOf(unknownStart, 0).bars.find(({ id }) => id === 'attempt-0');
    expect(bar?.detail).toBe('status 515 ms after the request came');
  });
});
