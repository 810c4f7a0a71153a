// The request being written: one object, shown as a form and as JSON, changed in either. Knows no network.
import { element, find, findAll } from './element.js';
import { showMessages } from './message-rows.js';

/** @typedef {Record<string, unknown>} Body */

/** Fields with a place of their own in the form; `stream_options` goes with `stream`. */
const placed = ['model', 'messages', 'stream', 'stream_options'];

export class RequestForm {
  /** @type {Body} */
  #body = {};
  /** Whether the model is the user's choice. */
  #picked = false;
  /** Why what stands in the JSON tab is no request. */
  #problem = '';
  /** @type {HTMLFormElement} */
  #form;
  /** @type {() => void} */
  #onChange;

  /**
   * @param {HTMLFormElement} form
   * @param {() => void} onChange
   */
  constructor(form, onChange) {
    this.#form = form;
    this.#onChange = onChange;
    const example = find(form, '#chat-example', HTMLSelectElement);
    example.addEventListener('change', () => {
      this.#start(example.value);
      onChange();
    });
    this.#model.addEventListener('change', () => {
      this.#picked = true;
      this.#set('model', this.#model.value);
    });
    this.#stream.addEventListener('change', () => this.#setStream(this.#stream.checked));
    find(form, '[data-add-message]', HTMLButtonElement).addEventListener('click', () => this.#addMessage());
    for (const field of this.#fields) {
      field.addEventListener('input', () => this.#set(field.dataset.field ?? '', valueIn(field)));
    }
    this.#json.addEventListener('input', () => this.#readJson());
    this.#start(example.value);
  }

  /** @returns {Body} */
  get body() {
    return this.#body;
  }

  /** What keeps the request from being sent; empty where nothing does. */
  get problem() {
    if (this.#problem) return this.#problem;
    // Whoever writes JSON may want to see what the gateway says of it.
    if (find(this.#form, '#chat-request-panel-0', HTMLElement).hidden) return '';
    const wrong = this.#fields.find((field) => !field.checkValidity());
    return wrong ? `${wrong.dataset.field}: ${wrong.validationMessage}` : '';
  }

  /**
   * Offers these models, and takes the first where the request names none of them.
   * @param {readonly string[]} names
   */
  preferModels(names) {
    const [first] = names;
    if (first === undefined) return;
    if (!names.includes(String(this.#body.model))) this.#body.model = first;
    this.#model.replaceChildren(...names.map((name) => element('option', {}, name)));
    this.#model.value = String(this.#body.model);
    this.#showJson();
    this.#onChange();
  }

  get #model() {
    return find(this.#form, '#chat-model', HTMLSelectElement);
  }
  get #stream() {
    return find(this.#form, '#chat-stream', HTMLInputElement);
  }
  get #json() {
    return find(this.#form, '#chat-json', HTMLTextAreaElement);
  }
  get #fields() {
    return findAll(this.#form, '[data-field]').filter(isControl);
  }

  /** @param {string} json */
  #start(json) {
    const { model, stream } = this.#body;
    const first = model === undefined;
    this.#body = JSON.parse(json);
    // What the user picked outlasts a change of the example.
    const offered = [...this.#model.options].some(({ value }) => value === this.#body.model);
    if (typeof model === 'string' && model !== '' && (this.#picked || !offered)) this.#body.model = model;
    if (this.#body.stream === undefined) this.#setStreamMember(first || stream === true);
    this.#showForm();
    this.#showJson();
  }

  /**
   * @param {string} name
   * @param {unknown} value `undefined` takes the field out.
   */
  #set(name, value) {
    if (value === undefined) delete this.#body[name];
    else this.#body[name] = value;
    this.#showJson();
    this.#onChange();
  }

  /** @param {boolean} stream */
  #setStream(stream) {
    this.#setStreamMember(stream);
    this.#showJson();
    this.#onChange();
  }

  /**
   * A stream tells its usage only where it is asked to.
   * @param {boolean} stream
   */
  #setStreamMember(stream) {
    if (stream) Object.assign(this.#body, { stream: true, stream_options: { include_usage: true } });
    else {
      delete this.#body.stream;
      delete this.#body.stream_options;
    }
  }

  #addMessage() {
    const messages = Array.isArray(this.#body.messages) ? this.#body.messages : [];
    const last = messages.at(-1);
    messages.push({ role: last?.role === 'user' ? 'assistant' : 'user', content: '' });
    this.#body.messages = messages;
    this.#showForm();
    this.#showJson();
    this.#onChange();
    findAll(this.#form, '[data-messages] textarea').at(-1)?.focus();
  }

  #readJson() {
    try {
      const body = JSON.parse(this.#json.value);
      if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new Error('not an object');
      this.#body = body;
      this.#problem = '';
      this.#showForm();
    } catch (error) {
      this.#problem = `The JSON cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    }
    this.#onChange();
  }

  #showJson() {
    this.#json.value = JSON.stringify(this.#body, null, 2);
    this.#problem = '';
  }

  #showForm() {
    const { model, messages, stream } = this.#body;
    const names = [...this.#model.options].map((option) => option.value);
    if (typeof model === 'string' && !names.includes(model)) this.#model.append(element('option', {}, model));
    this.#model.value = typeof model === 'string' ? model : '';
    this.#stream.checked = stream === true;
    showMessages(
      find(this.#form, '[data-messages]', HTMLElement),
      Array.isArray(messages) ? messages : [],
      () => {
        this.#showJson();
        this.#onChange();
      },
    );
    const shown = new Set(placed);
    for (const field of this.#fields) {
      const name = field.dataset.field ?? '';
      shown.add(name);
      field.value = textFor(this.#body[name]);
    }
    const elsewhere = Object.keys(this.#body).filter((name) => !shown.has(name));
    const note = find(this.#form, '[data-elsewhere]', HTMLElement);
    note.textContent = `Set in the JSON tab: ${elsewhere.join(', ')}`;
    note.hidden = elsewhere.length === 0;
  }
}

/**
 * @param {HTMLElement} field
 * @returns {field is HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement}
 */
function isControl(field) {
  return (
    field instanceof HTMLInputElement ||
    field instanceof HTMLSelectElement ||
    field instanceof HTMLTextAreaElement
  );
}

/** @param {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} field */
function valueIn(field) {
  if (field.value === '') return undefined;
  if (field.dataset.type === 'number') return Number(field.value);
  if (field.dataset.type !== 'lines') return field.value;
  const lines = field.value.split('\n').filter((line) => line !== '');
  return lines.length === 0 ? undefined : lines.length === 1 ? lines[0] : lines;
}

/** @param {unknown} value */
function textFor(value) {
  if (value === undefined || value === null) return '';
  return Array.isArray(value) ? value.join('\n') : String(value);
}
