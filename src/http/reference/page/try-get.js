// Sends a request that only reads, and keeps its code samples in step with the parameters.
import { AnswerView } from './answer-view.js';
import { apiKey } from './api-key.js';
import { find } from './element.js';
import { getSamples } from './samples.js';
import { isReady } from './try-chat.js';

/** @import { Samples } from './samples.js' */

/**
 * @param {HTMLFormElement} form
 * @param {(samples: Samples) => void} showSamples
 */
export function startGetTrial(form, showSamples) {
  const { operation = '', path: template = '', needsKey } = form.dataset;
  const parameter = form.querySelector('[data-parameter]');
  const value = () => (parameter instanceof HTMLInputElement ? parameter.value.trim() : undefined);
  const path = () => template.replace(/\{\w+\}/, encodeURIComponent(value() ?? '').replaceAll('%2F', '/'));
  const update = () =>
    showSamples(
      getSamples({
        origin: location.origin,
        operation,
        path: path(),
        parameter: value(),
        needsKey: needsKey !== undefined,
      }),
    );
  parameter?.addEventListener('input', update);
  update();

  const send = find(form, '[type="submit"]', HTMLButtonElement);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (!isReady(form, '')) return;
    send.disabled = true;
    const view = new AnswerView(find(form, '[data-answer]', HTMLElement));
    view.state('Sending…', 'busy');
    const start = performance.now();
    try {
      const headers = needsKey === undefined ? {} : { authorization: `Bearer ${apiKey()}` };
      const response = await fetch(path(), { headers });
      view.headers(response.headers);
      const body = await response.json();
      view.json(body);
      if (body.error) view.error(body.error);
      else view.plain(body);
      view.state(String(response.status), response.ok ? 'good' : 'bad');
    } catch (error) {
      view.error({
        message: `The gateway cannot be reached: ${error instanceof Error ? error.message : String(error)}`,
      });
      view.state('No answer', 'bad');
    }
    view.timing(`${((performance.now() - start) / 1000).toFixed(2)} s`);
    send.disabled = false;
  });
}
