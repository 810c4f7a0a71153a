import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { ContentSettings, SealedContent, TakenContent } from '../../core/content.ts';
import { secretKeySettings } from '../secret-keys.ts';
import { createContentBox } from './content-box.ts';
import { createContentLog } from './content-log.ts';

const settings: ContentSettings = { mode: 'all', retentionMs: 1_000, maxBytes: 100 };

function setUp(mostWaitingBytes?: number) {
  const folder = mkdtempSync(join(tmpdir(), 'tollgate-content-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const keys = secretKeySettings({ folder, key: undefined, previous: undefined });
  const box = createContentBox(keys);
  const stored: SealedContent[] = [];
  const told: string[] = [];
  let failing = false;
  const log = createContentLog({
    settings: () => settings,
    box,
    store: {
      async put(contents) {
        if (failing) throw new Error('away');
        stored.push(...contents);
      },
    },
    observer: {
      kept: (count) => told.push(`kept ${count}`),
      dropped: (count, reason) => told.push(`dropped ${count} ${reason}`),
    },
    onError: () => told.push('error'),
    ...(mostWaitingBytes === undefined ? {} : { mostWaitingBytes }),
  });
  return { log, box, stored, told, fail: (now: boolean) => (failing = now) };
}

const taken = (requestId: string, prompt = 'question', answer = 'answer'): TakenContent => ({
  requestId,
  keyId: 'key_1',
  at: 7,
  prompt: Buffer.from(prompt),
  answer: { status: 200, stream: false, pieces: [answer], bytes: answer.length },
});

it('keeps what opens again as it was, for its own request alone', async () => {
  const { log, box, stored, told } = setUp();
  log.keep(taken('req_1'));
  log.keep(taken('req_2', 'x'.repeat(300)));
  await log.flushed();
  expect(told).toEqual(['kept 2']);
  const [first, second] = stored;
  if (!first || !second) throw new Error('nothing was stored');
  expect(first).toMatchObject({
    requestId: 'req_1',
    keyId: 'key_1',
    createdAt: 7,
    promptBytes: 8,
    answerBytes: 6,
  });
  expect(await box.open(first)).toEqual({
    prompt: { text: 'question', bytes: 8, truncated: false, mediaLeftOut: 0 },
    answer: { text: 'answer', bytes: 6, truncated: false, status: 200, stream: false },
  });
  expect((await box.open(second))?.prompt).toMatchObject({ bytes: 300, truncated: true });
  expect(await box.open({ ...second, requestId: 'req_1' })).toBeUndefined();
  expect(await box.open({ ...first, secretKey: 'another' })).toBeUndefined();
});

it('drops and counts what is too much to wait, and goes on when there is room', async () => {
  const { log, stored, told } = setUp(50);
  for (let index = 0; index < 6; index++) log.keep(taken(`req_${index}`));
  expect(told).toEqual(['dropped 1 pressure', 'dropped 1 pressure', 'dropped 1 pressure']);
  await log.flushed();
  expect(stored).toHaveLength(3);
  log.keep(taken('req_9'));
  await log.flushed();
  expect(stored.at(-1)?.requestId).toBe('req_9');
});

it('counts what the store refuses, and writes what comes after', async () => {
  const { log, stored, told, fail } = setUp();
  fail(true);
  log.keep(taken('req_1'));
  await log.flushed();
  fail(false);
  log.keep(taken('req_2'));
  await log[Symbol.asyncDispose]();
  expect(told).toEqual(['dropped 1 failed', 'error', 'kept 1']);
  expect(stored.map(({ requestId }) => requestId)).toEqual(['req_2']);
});
