// One request and its answer, from the fetch to the last event. Whatever happens becomes part of the answer: a refusal, an error
// in the middle, a stream that breaks off, a stop. Nothing is thrown.
import { readEvents } from '../../../api/event-stream.ts';
import { type Answer, type AnswerError, type Chunk, ended, newAnswer, withChunk } from './answer.ts';

/** One event as it came, for the raw view. */
export interface RawEvent {
  /** Ms since the request was sent. */
  readonly atMs: number;
  readonly text: string;
}

export interface AnswerReading {
  readonly url: string;
  readonly key: string;
  readonly body: unknown;
  readonly signal: AbortSignal;
  /** Monotonic ms. */
  readonly now: () => number;
  readonly fetch: typeof globalThis.fetch;
  readonly onAnswer: (answer: Answer) => void;
  readonly onEvent: (event: RawEvent) => void;
}

/** The answer when nothing more can come of it. `onAnswer` has had every step before. */
export async function readAnswer(reading: AnswerReading): Promise<Answer> {
  const { signal, now, onAnswer, onEvent } = reading;
  let answer = newAnswer(now());
  const become = (next: Answer) => {
    answer = next;
    onAnswer(next);
    return next;
  };
  const note = (text: string) => onEvent({ atMs: now() - answer.startedAt, text });
  become(answer);

  let response: Response;
  try {
    response = await reading.fetch(reading.url, {
      method: 'POST',
      headers: { authorization: `Bearer ${reading.key}`, 'content-type': 'application/json' },
      body: JSON.stringify(reading.body),
      signal,
      credentials: 'omit',
      cache: 'no-store',
    });
  } catch {
    return become(
      signal.aborted ? ended(answer, 'stopped', now()) : ended(answer, 'failed', now(), noAnswer),
    );
  }
  answer = withHeaders(answer, response.headers);
  if (!response.ok || !response.body) {
    const error = await readFailure(response);
    note(error.body);
    return become(ended(answer, 'failed', now(), error.error));
  }

  let complete = false;
  let failure: AnswerError | undefined;
  try {
    await readEvents(response.body, (part) => {
      if (part.type === 'comment') {
        note(`: ${part.text}`);
        return;
      }
      note(part.data);
      if (complete || failure) return;
      if (part.data === '[DONE]') {
        complete = true;
        return;
      }
      const chunk = parsed(part.data);
      if (!chunk) {
        failure = { message: 'The stream had an event that is not JSON.', code: 'invalid_event' };
      } else if (chunk.error) failure = readError(chunk.error);
      else become(withChunk(answer, chunk as Chunk, now()));
    });
  } catch {
    if (signal.aborted) return become(ended(answer, 'stopped', now()));
    failure ??= brokenOff;
  }
  if (signal.aborted && !complete) return become(ended(answer, 'stopped', now()));
  if (failure || !complete) return become(ended(answer, 'failed', now(), failure ?? brokenOff));
  return become(ended(answer, 'done', now()));
}

const noAnswer: AnswerError = {
  message: 'The gateway did not answer. Check that it is running and that this browser can reach it.',
  code: 'no_answer',
};
const brokenOff: AnswerError = {
  message: 'The stream broke off before its end. What came until then is kept; the answer is not complete.',
  code: 'stream_broken',
};

function withHeaders(answer: Answer, headers: Headers): Answer {
  const requestId = headers.get('x-request-id');
  const servedBy = headers.get('x-tollgate-served-by');
  const droppedParams = headers.get('x-tollgate-dropped-params');
  const cap = Number(headers.get('x-tollgate-max-tokens') ?? Number.NaN);
  return {
    ...answer,
    ...(requestId ? { requestId } : {}),
    ...(servedBy ? { servedBy } : {}),
    ...(droppedParams ? { droppedParams } : {}),
    ...(Number.isFinite(cap) ? { outputCap: cap } : {}),
  };
}

async function readFailure(response: Response): Promise<{ body: string; error: AnswerError }> {
  const body = await response.text().catch(() => '');
  const envelope = parsed(body);
  const error = envelope?.error
    ? readError(envelope.error)
    : { message: `The gateway answered with status ${response.status} and no explanation.`, code: null };
  return { body, error: { ...error, status: response.status } };
}

function readError(error: unknown): AnswerError {
  const { message, code, type, param } = (
    typeof error === 'object' && error !== null ? error : { message: error }
  ) as Record<string, unknown>;
  return {
    message: typeof message === 'string' && message !== '' ? message : 'The model failed without saying why.',
    code: typeof code === 'string' || typeof code === 'number' ? String(code) : null,
    ...(typeof type === 'string' ? { type } : {}),
    ...(typeof param === 'string' ? { param } : {}),
  };
}

function parsed(text: string): (Record<string, unknown> & { error?: unknown }) | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
