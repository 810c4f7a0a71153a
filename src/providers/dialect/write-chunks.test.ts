import { expect, test } from 'vitest';
import { TollgateError } from '../../core/errors.ts';
import type { AnswerHead } from './answer-head.ts';
import { createChunkWriter } from './write-chunks.ts';

const form = { alias: false, functionCall: false, thinkTags: undefined };
const head: AnswerHead = { id: 'chatcmpl-a', created: 1, model: 'public', form, newCallId: () => 'call_a' };

test('a choice that goes on behind its end is an error, and not cut off there', () => {
  const writer = createChunkWriter(head, false);
  writer.write([
    { type: 'text-delta', text: 'A' },
    { type: 'finish', reason: 'stop' },
  ]);
  expect(writer.complete()).toBe(true);
  expect(writer.write([{ type: 'text-delta', text: '\n' }])).toEqual({ chunks: [], text: '' });
  expect(() => writer.write([{ type: 'text-delta', text: ' B' }])).toThrow(TollgateError);
  // Another choice is not at its end.
  expect(writer.write([{ type: 'text-delta', choice: 1, text: 'C' }]).text).toBe('C');
});
