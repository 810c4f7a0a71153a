// Shows an answer as it comes: status, thoughts folded, text, tool calls, token usage, ids, and the raw bytes.
import { startCopy } from './copy.js';
import { element } from './element.js';
import { showCode } from './highlight.js';
import { startTabs } from './tabs.js';

/** @import { Answer, Choice, ErrorBody } from './read-answer.js' */

/** More than this many characters of raw bytes are not shown. */
const rawLimit = 300_000;

const shownHeaders = [
  ['x-request-id', 'Request id'],
  ['x-tollgate-served-by', 'Served by'],
  ['x-tollgate-max-tokens', 'Output limit'],
  ['x-tollgate-dropped-params', 'Left out'],
  ['retry-after', 'Retry after (s)'],
];

export class AnswerView {
  #state = element('span', { class: 'state' });
  #timing = element('span', { class: 'timing' });
  #content = element('div', { class: 'answer-content' });
  #facts = element('dl', { class: 'facts-list' });
  #raw = element('code');
  #rawLength = 0;
  /** @type {Map<number, ChoiceView>} */
  #choices = new Map();
  #root;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#root = root;
    const id = `answer-${crypto.randomUUID?.() ?? Math.random().toString(36).slice(2)}`;
    const tab = (/** @type {string} */ name, /** @type {number} */ index) =>
      element(
        'button',
        {
          type: 'button',
          role: 'tab',
          id: `${id}-tab-${index}`,
          'aria-controls': `${id}-panel-${index}`,
          'aria-selected': String(index === 0),
          tabindex: index === 0 ? '0' : '-1',
        },
        name,
      );
    const panel = (/** @type {number} */ index, /** @type {Node[]} */ ...children) =>
      element(
        'div',
        { role: 'tabpanel', id: `${id}-panel-${index}`, 'aria-labelledby': `${id}-tab-${index}` },
        ...children,
      );
    const raw = panel(1, element('pre', { class: 'raw', tabindex: '0' }, this.#raw));
    raw.hidden = true;
    const tabs = element(
      'div',
      { class: 'tabs', 'data-tabs': '' },
      element(
        'div',
        { role: 'tablist', class: 'tablist', 'aria-label': 'Answer' },
        tab('Answer', 0),
        tab('Raw', 1),
      ),
      panel(0, this.#content),
      raw,
    );
    startTabs(tabs);
    root.replaceChildren(
      element('p', { class: 'answer-head', role: 'status' }, this.#state, ' ', this.#timing),
      tabs,
      this.#facts,
    );
    root.hidden = false;
    root.setAttribute('aria-busy', 'true');
  }

  /**
   * @param {string} text
   * @param {'busy' | 'good' | 'bad'} kind
   */
  state(text, kind) {
    this.#state.textContent = text;
    this.#state.className = `state ${kind}`;
    if (kind !== 'busy') this.#root.setAttribute('aria-busy', 'false');
  }

  /** @param {string} text */
  timing(text) {
    this.#timing.textContent = text;
  }

  /** @param {Headers} headers */
  headers(headers) {
    for (const [name = '', label = ''] of shownHeaders) {
      const value = headers.get(name);
      if (value !== null) this.#fact(label, value, name === 'x-request-id');
    }
  }

  /** @param {string} text */
  raw(text) {
    if (this.#rawLength > rawLimit) return;
    this.#rawLength += text.length;
    this.#raw.append(this.#rawLength > rawLimit ? '\n… the rest is not shown' : text);
  }

  /** @param {unknown} value */
  json(value) {
    this.#raw.dataset.language = 'json';
    showCode(this.#raw, JSON.stringify(value, null, 2));
  }

  /**
   * An answer that is no conversation is shown as it is.
   * @param {unknown} value
   */
  plain(value) {
    const code = element('code', { 'data-language': 'json' });
    showCode(code, JSON.stringify(value, null, 2));
    this.#content.replaceChildren(element('pre', { tabindex: '0' }, code));
  }

  /** @param {Answer} answer */
  show({ choices, usage }) {
    choices.forEach((choice, index) => {
      let view = this.#choices.get(index);
      if (!view) {
        view = new ChoiceView(choices.length > 1 || index > 0 ? `Choice ${index}` : '');
        this.#choices.set(index, view);
        this.#content.append(view.root);
      }
      view.show(choice);
    });
    if (usage) this.#showUsage(usage);
  }

  /** @param {ErrorBody} error */
  error({ message, type, param, code }) {
    const facts = element('dl', { class: 'facts-list' });
    for (const [name, value] of Object.entries({ type, code, param })) {
      if (value) facts.append(element('dt', {}, name), element('dd', {}, element('code', {}, String(value))));
    }
    this.#content.append(element('div', { class: 'error', role: 'alert' }, element('p', {}, message), facts));
  }

  /** @param {Record<string, any>} usage */
  #showUsage(usage) {
    for (const old of this.#facts.querySelectorAll('[data-usage]')) old.remove();
    const parts = [`${usage.prompt_tokens} in`, `${usage.completion_tokens} out`];
    const thoughts = usage.completion_tokens_details?.reasoning_tokens;
    const cached = usage.prompt_tokens_details?.cached_tokens;
    if (thoughts) parts.push(`${thoughts} of them thoughts`);
    if (cached) parts.push(`${cached} cached`);
    this.#facts.append(
      element('dt', { 'data-usage': '' }, 'Tokens'),
      element('dd', { 'data-usage': '' }, `${parts.join(', ')}; ${usage.total_tokens} in all`),
    );
  }

  /**
   * @param {string} label
   * @param {string} value
   * @param {boolean} copyable
   */
  #fact(label, value, copyable) {
    const shown = element('dd', {}, element('code', {}, value));
    if (copyable) {
      const button = element('button', { type: 'button', class: 'small' }, 'Copy');
      startCopy(button, () => value);
      shown.append(' ', button);
    }
    this.#facts.append(element('dt', {}, label), shown);
  }
}

/** One of the `n` answers. */
class ChoiceView {
  #thinkingLabel = element('summary', {}, 'Thinking');
  #thinking = element('p', { class: 'thinking-text' });
  #thoughts = element('details', { class: 'thinking' }, this.#thinkingLabel, this.#thinking);
  #text = element('div', {
    class: 'answer-text',
    tabindex: '0',
    role: 'group',
    'aria-label': 'Text of the answer',
  });
  #calls = element('div');
  #finish = element('p', { class: 'note' });

  /** @param {string} title */
  constructor(title) {
    this.#thoughts.hidden = true;
    this.root = element('div', { class: 'choice' });
    if (title) this.root.append(element('p', { class: 'example-name' }, title));
    this.root.append(this.#thoughts, this.#text, this.#calls, this.#finish);
  }

  /** @param {Choice} choice */
  show({ text, thinking, refusal, calls, finish }) {
    this.#thoughts.hidden = thinking === '';
    this.#thinkingLabel.textContent = text === '' && !finish ? 'Thinking…' : 'Thinking';
    this.#thinking.textContent = thinking;
    const { scrollTop, scrollHeight, clientHeight } = this.#text;
    const atEnd = scrollHeight - scrollTop - clientHeight < 40;
    this.#text.textContent = text || refusal;
    this.#text.hidden = text === '' && refusal === '' && calls.length > 0;
    if (atEnd) this.#text.scrollTop = this.#text.scrollHeight;
    this.#calls.replaceChildren(
      ...calls.map((call) =>
        element(
          'pre',
          { class: 'call', tabindex: '0' },
          element('code', {}, `${call.name}(${call.arguments})`),
        ),
      ),
    );
    this.#finish.textContent = finish && finish !== 'stop' ? `Ended because of ${finish}.` : '';
  }
}
