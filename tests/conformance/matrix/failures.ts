// The cells about what goes wrong: refused before the first byte, broken in mid-stream, left by the client.
import { expect } from 'vitest';
import { type Script, stream } from '../../support/scripted-upstream.ts';
import { errorFirst, type Refusal, refusals } from '../../support/scripts/refusals.ts';
import { deliveredText, endless, stalled, streamFaults } from '../../support/scripts/stream-faults.ts';
import type { Play } from './cells.ts';
import type { Ask, Seen, Way } from './client.ts';
import { anyRequestId, body, streamed } from './expected.ts';

const greeting: Ask = { model: 'cluster-model', prompt: 'Say hello.' };
const sentBody = (way: Way, ask: Ask) => body(ask, way === 'whole' ? {} : streamed);

/** The classes are those of the official clients. */
const classes: Readonly<Record<number, string>> = {
  400: 'BadRequestError',
  401: 'AuthenticationError',
  404: 'NotFoundError',
  429: 'RateLimitError',
};

function refused(name: string, way: Way, refusal: Refusal, ask = greeting): Play {
  const { status, type, code, param, says, script } = refusal;
  return {
    name,
    way,
    ask,
    scripts: [script],
    sent: [sentBody(way, ask)],
    seen: {
      error: {
        class: classes[status] ?? 'InternalServerError',
        message: expect.stringMatching(says),
        status,
        type,
        code,
        param,
        requestId: anyRequestId,
      },
    },
    rows: [{ cost: 0n, stream: way !== 'whole' }],
  };
}

/** Refused by the gateway itself: nothing reaches the upstream and no row is written. */
function turnedAway(name: string, way: Way, ask: Ask, refusal: Omit<Refusal, 'script'>): Play {
  const play = refused(name, way, { ...refusal, script: () => undefined });
  return { ...play, ask, scripts: [], sent: [], rows: [] };
}

const turnedAwayAll = (['whole', 'stream', 'helper'] as const).flatMap((way) => [
  turnedAway(
    'a model that does not exist',
    way,
    { ...greeting, model: 'no-such-model' },
    {
      status: 404,
      type: 'invalid_request_error',
      code: 'model_not_found',
      param: null,
      says: /The model `no-such-model` does not exist/,
    },
  ),
  turnedAway(
    'a temperature out of range',
    way,
    { ...greeting, temperature: 3 },
    {
      status: 400,
      type: 'invalid_request_error',
      code: 'decimal_above_max_value',
      param: 'temperature',
      says: /Invalid 'temperature': decimal above maximum value\. Expected a value <= 2, but got 3 instead\./,
    },
  ),
]);

const told: Seen = {
  text: deliveredText,
  error: {
    class: 'APIError',
    message: expect.stringMatching(/The model provider failed to answer this request/),
    type: 'server_error',
    code: 'upstream_error',
    param: null,
    requestId: anyRequestId,
  },
};

function broken(
  name: string,
  way: Way,
  ask: Ask,
  script: Script,
  members: Partial<Seen['error']> = {},
): Play {
  const error = { ...told.error, ...members } as NonNullable<Seen['error']>;
  return {
    name,
    way,
    ask,
    scripts: [script],
    sent: [sentBody(way, ask)],
    seen: { ...told, error },
    rows: [{ state: 'settled', partial: true, error: error.code, usageSource: 'estimated', stream: true }],
  };
}

const words: Script = async (answer) => {
  answer.head(200, { 'content-type': 'text/event-stream' });
  while (await answer.write(endless)) await new Promise((resolve) => setTimeout(resolve, 10));
};
const silent: Script = async ({ gone }) => void (await gone);
const halfAnAnswer: Script = async ({ head, write, gone }) => {
  head(200, { 'content-type': 'application/json' });
  await write('{"id":"chatcmpl-upstream",');
  await gone;
};

function left(name: string, way: Way, leaves: NonNullable<Play['leaves']>, script: Script): Play {
  const early = leaves === 'on arrival';
  return {
    name,
    way,
    ask: greeting,
    leaves,
    scripts: [script],
    sent: [sentBody(way, greeting)],
    seen: early
      ? { error: { class: 'APIUserAbortError', message: 'Request was aborted.' } }
      : { text: 'word word word ' },
    rows: [
      {
        state: 'settled',
        partial: true,
        error: 'client_aborted',
        usageSource: 'estimated',
        stream: way !== 'whole',
      },
    ],
  };
}

const tooLate: Refusal = {
  script: silent,
  status: 504,
  type: 'server_error',
  code: 'upstream_timeout',
  param: null,
  says: /did not answer in time/,
};

export const failureCells = {
  'error before': [
    ...(['whole', 'stream', 'helper'] as const).flatMap((way) =>
      Object.entries(refusals).map(([name, refusal]) => refused(name, way, refusal)),
    ),
    ...(['stream', 'helper'] as const).map((way) =>
      refused('an error as the first event', way, {
        ...refusals['503 overloaded'],
        script: errorFirst,
      } as Refusal),
    ),
    ...(['whole', 'stream', 'helper'] as const).map((way) =>
      refused('silence from the start', way, tooLate, { ...greeting, model: 'hasty-model' }),
    ),
    ...turnedAwayAll,
  ],
  'error in mid-stream': (['stream', 'helper'] as const).flatMap((way) => [
    ...Object.entries(streamFaults).map(([name, steps]) => broken(name, way, greeting, stream(steps))),
    broken(
      'silence longer than the idle timeout',
      way,
      { ...greeting, model: 'impatient-model' },
      stream(stalled),
      {
        message: expect.stringMatching(/did not answer in time/),
        code: 'upstream_timeout',
      },
    ),
  ]),
  abort: [
    left('before the first byte of a whole answer', 'whole', 'on arrival', silent),
    left('in the middle of a whole answer', 'whole', 'on arrival', halfAnAnswer),
    left('before the first byte of a stream', 'stream', 'on arrival', silent),
    left('in the middle of a stream', 'stream', 'after three pieces', words),
    left('in the middle of a stream helper', 'helper', 'after three pieces', words),
  ],
};
