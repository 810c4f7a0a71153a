// Two choices to one question, in the orders that upstreams are known to stream them in. CONTRACT section 3 ("n=2,
// index 1 first").
import {
  choice,
  chunk,
  completion,
  done,
  event,
  finish,
  roleChunk,
  type Step,
  text,
  usageChunk,
} from './pieces.ts';

/** Text and finish reason of the choices 0 and 1. */
export const twoTexts = ['red rose', 'blue sky'] as const;

const second = { index: 1 };
const closing = [usageChunk(), done];

export const choiceStreams = {
  'choice 0 first': [
    roleChunk,
    chunk({ role: 'assistant', content: '' }, second),
    text('red '),
    text('blue ', second),
    text('rose'),
    text('sky', second),
    finish(),
    finish('stop', second),
    ...closing,
  ],
  'index 1 first': [
    chunk({ role: 'assistant', content: 'blue ' }, second),
    chunk({ role: 'assistant', content: 'red ' }),
    text('sky', second),
    finish('stop', second),
    text('rose'),
    finish(),
    ...closing,
  ],
  'one after the other, the second first': [
    text('blue sky', second),
    finish('stop', second),
    text('red rose'),
    finish(),
    ...closing,
  ],
  'both in one chunk, index 1 first': [
    event({
      id: 'chatcmpl-upstream',
      object: 'chat.completion.chunk',
      created: 1_755_133_833,
      model: 'upstream-model',
      choices: [
        { index: 1, delta: { role: 'assistant', content: 'blue sky' }, finish_reason: null },
        { index: 0, delta: { role: 'assistant', content: 'red rose' }, finish_reason: null },
      ],
    }),
    finish('stop', second),
    finish(),
    ...closing,
  ],
} satisfies Record<string, readonly Step[]>;

const red = choice({ message: { content: twoTexts[0] } });
const blue = choice({ index: 1, message: { content: twoTexts[1] } });

export const choiceAnswers = {
  'choice 0 first': completion({ choices: [red, blue] }),
  'index 1 first': completion({ choices: [blue, red] }),
};
