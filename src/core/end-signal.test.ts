// The promises of the platform's AbortSignal that the stages rely on, kept by ours: each is asked of both.
import { describe, expect, test } from 'vitest';
import { outlivedBytes } from '../../tests/support/old-space.ts';
import { type EndController, RequestEnd } from './end-signal.ts';

const controllers: readonly (readonly [string, () => EndController])[] = [
  ['RequestEnd', () => new RequestEnd()],
  ['AbortController', () => new AbortController()],
];

describe.each(controllers)('%s', (_name, open) => {
  test('tells all in order, once, with the first reason', () => {
    const { signal, abort } = bound(open());
    const told: string[] = [];
    const first = () => told.push(`first: ${signal.reason}`);
    signal.addEventListener('abort', first, { once: true });
    signal.addEventListener('abort', first, { once: true });
    signal.addEventListener('abort', { handleEvent: () => told.push('second') }, { once: true });
    expect(signal.aborted).toBe(false);
    abort('gone');
    abort('again');
    expect(told).toEqual(['first: gone', 'second']);
    expect(signal.aborted).toBe(true);
    expect(signal.reason).toBe('gone');
  });

  test('tells nobody who was taken back, even by one told before', () => {
    const { signal, abort } = bound(open());
    const told: string[] = [];
    const third = () => told.push('third');
    const away = () => told.push('away');
    signal.addEventListener('abort', away);
    signal.addEventListener('abort', () => {
      told.push('second');
      signal.removeEventListener('abort', third);
    });
    signal.addEventListener('abort', third);
    signal.addEventListener('abort', () => told.push('fourth'));
    signal.removeEventListener('abort', away);
    signal.removeEventListener('abort', () => undefined);
    abort('gone');
    expect(told).toEqual(['second', 'fourth']);
  });

  test('tells nothing of what has happened', () => {
    const { signal, abort } = bound(open());
    abort('gone');
    let told = 0;
    signal.addEventListener('abort', () => told++);
    expect(told).toBe(0);
  });
});

function bound(controller: EndController) {
  return { signal: controller.signal, abort: (reason: unknown) => controller.abort(reason) };
}

test('what listened is not kept by those that listened before it', () => {
  const outlived = outlivedBytes((own) => {
    const { signal } = new RequestEnd();
    const listener = { handleEvent: () => void own };
    signal.addEventListener('abort', listener);
    return () => signal.removeEventListener('abort', listener);
  });
  // With an AbortController: 16 MB.
  expect(outlived).toBeLessThan(5_000_000);
});
