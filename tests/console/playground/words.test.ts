// What the playground says of an answer: to whoever hears the page, and to whoever has to do something about an error.
import { describe, expect, it } from 'vitest';
import { announcementOf } from '../../../console/src/pages/playground/conversation/announcement.ts';
import {
  emptySetup,
  type Session,
  type Turn,
} from '../../../console/src/pages/playground/conversation/session.ts';
import { emptyThread, withTurn } from '../../../console/src/pages/playground/conversation/thread.ts';
import { adviceFor } from '../../../console/src/pages/playground/conversation/words.ts';
import { type Answer, newAnswer } from '../../../console/src/pages/playground/stream/answer.ts';
import { TollgateError } from '../../../src/core/errors.ts';

const lane = (model: string, members: Partial<Answer>) => ({
  id: `lane ${model}`,
  model,
  thread: withTurn(emptyThread<Turn>(), undefined, 'a', {
    role: 'assistant',
    model,
    answer: { ...newAnswer(0), ...members },
    results: [],
  }),
});
const session = (...lanes: Session['lanes'][number][]): Session => ({
  ...emptySetup,
  id: 's',
  updatedAt: 0,
  lanes,
});

describe('what is announced when answers are over', () => {
  it.each<[Partial<Answer>, string]>([
    [{ status: 'done', finishReason: 'stop' }, 'The answer is complete.'],
    [{ status: 'stopped' }, 'The answer was stopped.'],
    [
      { status: 'failed', error: { message: 'The model provider broke off.', code: 'upstream_error' } },
      'The answer failed: The model provider broke off.',
    ],
    [{ status: 'done', finishReason: 'length' }, 'Cut off: the output limit was reached.'],
    [
      {
        status: 'done',
        finishReason: 'tool_calls',
        toolCalls: [{ id: 'a', name: 'x', arguments: '{}' }],
      },
      'Waits for tool results.',
    ],
  ])('of one that is %o', (answer, words) => {
    expect(announcementOf(session(lane('m', answer)))).toBe(words);
  });

  it('of two, by their models', () => {
    const both = session(
      lane('alpha', { status: 'done', finishReason: 'stop' }),
      lane('slow', { status: 'failed', error: { message: 'Too late.', code: 'upstream_timeout' } }),
    );
    expect(announcementOf(both)).toBe('alpha: The answer is complete. slow: The answer failed: Too late.');
  });
});

describe('what to do about a 429', () => {
  const errorOf = (error: TollgateError) => ({ message: error.message, code: 'rate_limit_exceeded' });

  it('is to raise the limit only where a limit of the gateway refused', () => {
    const values = {
      model: 'm',
      rate: 'requests per minute',
      scope: 'key',
      limit: 1,
      used: 1,
      held: 0,
      requested: 1,
      advice: '',
    };
    expect(adviceFor(errorOf(new TollgateError('rate_limit_exceeded', { values })))).toMatch(/under Limits/);
    const upstream = adviceFor(
      errorOf(new TollgateError('upstream_rate_limited', { values: { retry: ' in 7 s' } })),
    );
    expect(upstream).toBe('Wait a moment, then try again, or choose another model.');
  });
});
