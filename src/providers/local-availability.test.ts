import { describe, expect, test } from 'vitest';
import type { EngineStatus, LocalEngine } from '../core/ports.ts';
import { localUnavailability, untilRestarted } from './local-availability.ts';

function engineIn(status: EngineStatus) {
  let current = status;
  const listeners = new Set<(status: EngineStatus) => void>();
  const engine = {
    status: () => current,
    onStatus: (listener: (status: EngineStatus) => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  } as LocalEngine;
  const become = (next: EngineStatus) => {
    current = next;
    for (const listener of [...listeners]) listener(next);
  };
  return { engine, become, listeners };
}

const never = new AbortController().signal;

test.each(['off', 'failed'] as const)('%s: what to do, no path, no retry', (state) => {
  const said = localUnavailability({ state, detail: '/home/me/model.gguf is damaged.' });
  expect(said?.reason).toMatch(/OPENAI_API_KEY.*TOLLGATE_LOCAL_MODEL/);
  expect(said?.reason).not.toContain('/home');
  expect(said?.retryAfterMs).toBeUndefined();
});

test('on its way: the progress, and when to ask again', () => {
  expect(localUnavailability({ state: 'loading', detail: 'Loading X: 40 %.' })).toEqual({
    reason: 'Loading X: 40 %.',
    retryAfterMs: 5000,
  });
  expect(localUnavailability({ state: 'ready', detail: '' })).toBeUndefined();
});

describe('untilRestarted', () => {
  test('waits from the crash, noticed or not, to the new process', async () => {
    const { engine, become, listeners } = engineIn({ state: 'ready', detail: '', served: true });
    let back = false;
    const waiting = untilRestarted(engine, never).then(() => {
      back = true;
    });
    await Promise.resolve();
    become({ state: 'restarting', detail: '', served: true });
    await Promise.resolve();
    await Promise.resolve();
    become({ state: 'loading', detail: '', served: true });
    await Promise.resolve();
    expect(back).toBe(false);
    become({ state: 'ready', detail: '', served: true });
    await waiting;
    expect(listeners.size).toBe(0);
  });

  test('does not wait for a first load, nor for a model that will not come', async () => {
    for (const state of ['loading', 'downloading', 'failed', 'off'] as const) {
      await untilRestarted(engineIn({ state, detail: '' }).engine, never);
    }
  });

  test('ends with the request', async () => {
    const { engine, listeners } = engineIn({ state: 'restarting', detail: '', served: true });
    const gone = new AbortController();
    const waiting = untilRestarted(engine, gone.signal);
    gone.abort();
    await waiting;
    expect(listeners.size).toBe(0);
  });
});
