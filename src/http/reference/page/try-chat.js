// Sends the request of the form and shows the answer as it comes; can be cancelled at any time.
import { AnswerView } from './answer-view.js';
import { apiKey } from './api-key.js';
import { find } from './element.js';
import { Answer } from './read-answer.js';
import { readEvents } from './read-events.js';

/** @import { RequestForm } from './request-form.js' */

/**
 * @param {HTMLFormElement} form
 * @param {RequestForm} request
 */
export function startChatTrial(form, request) {
  const send = find(form, '[type="submit"]', HTMLButtonElement);
  const cancel = find(form, '[data-cancel]', HTMLButtonElement);
  /** @type {AbortController | undefined} */
  let underWay;

  cancel.addEventListener('click', () => underWay?.abort());
  form.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (underWay || !isReady(form, request.problem)) return;
    underWay = new AbortController();
    send.disabled = true;
    cancel.disabled = false;
    const view = new AnswerView(find(form, '[data-answer]', HTMLElement));
    try {
      await converse(view, request.body, underWay.signal);
    } finally {
      underWay = undefined;
      send.disabled = false;
      cancel.disabled = true;
    }
  });
}

/**
 * Says what is missing before anything is sent.
 * @param {HTMLFormElement} form
 * @param {string} problem
 */
export function isReady(form, problem) {
  const needsKey = form.querySelector('[data-api-key]') !== null && apiKey() === '';
  const shown = find(form, '.problem', HTMLElement);
  shown.textContent = needsKey ? 'Enter your API key first.' : problem;
  shown.hidden = shown.textContent === '';
  if (needsKey) find(form, '[data-api-key]', HTMLInputElement).focus();
  return shown.hidden;
}

/**
 * @param {AnswerView} view
 * @param {Record<string, unknown>} body
 * @param {AbortSignal} signal
 */
async function converse(view, body, signal) {
  const answer = new Answer();
  const clock = startClock();
  view.state('Sending…', 'busy');
  try {
    const response = await fetch('/v1/chat/completions', {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey()}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal,
    });
    view.headers(response.headers);
    view.state(`${response.status} · answering…`, 'busy');
    const finished = response.headers.get('content-type')?.startsWith('text/event-stream')
      ? await showStream(response, view, answer, clock)
      : await showWhole(response, view, answer);
    if (answer.error) {
      view.error(answer.error);
      view.state(response.ok ? `${response.status}, then an error` : `${response.status}`, 'bad');
    } else if (finished) view.state(`${response.status}`, 'good');
    else view.state(`${response.status}, but it broke off`, 'bad');
  } catch (error) {
    if (signal.aborted) view.state('Cancelled', 'bad');
    else {
      view.error({ message: `The gateway cannot be reached: ${describe(error)}` });
      view.state('No answer', 'bad');
    }
  }
  view.show(answer);
  view.timing(clock.told());
}

/**
 * @param {Response} response
 * @param {AnswerView} view
 * @param {Answer} answer
 * @param {ReturnType<typeof startClock>} clock
 * @returns {Promise<boolean>} Whether the stream came to its proper end.
 */
async function showStream(response, view, answer, clock) {
  let done = false;
  let drawing = false;
  const draw = () => {
    drawing = false;
    view.show(answer);
    view.timing(clock.told());
  };
  if (!response.body) return false;
  await readEvents(response.body, {
    onText: (text) => view.raw(text),
    onData(data) {
      if (data === '[DONE]') {
        done = true;
        return;
      }
      answer.add(JSON.parse(data));
      if (answer.choices.some(({ text, thinking, calls }) => text || thinking || calls.length > 0))
        clock.first();
      // Many chunks may come between two pictures.
      if (!drawing) requestAnimationFrame(draw);
      drawing = true;
    },
  });
  return done;
}

/**
 * @param {Response} response
 * @param {AnswerView} view
 * @param {Answer} answer
 * @returns {Promise<boolean>}
 */
async function showWhole(response, view, answer) {
  const text = await response.text();
  try {
    const value = JSON.parse(text);
    view.json(value);
    answer.add(value);
  } catch {
    view.raw(text);
    answer.error = {
      message: 'The answer is no JSON. Something between this page and the gateway wrote it.',
    };
  }
  return true;
}

/** Seconds to the first output, and in all. */
function startClock() {
  const start = performance.now();
  /** @type {number | undefined} */
  let first;
  const seconds = (/** @type {number} */ ms) => `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
  return {
    first() {
      first ??= performance.now() - start;
    },
    told() {
      const all = seconds(performance.now() - start);
      return first === undefined ? all : `first output after ${seconds(first)} · ${all}`;
    },
  };
}

/** @param {unknown} error */
function describe(error) {
  return error instanceof Error ? error.message : String(error);
}
