// Sets the page in motion: keys, models, trials, code samples, copy buttons. The page itself comes from the gateway.
import { apiKey, startKeyFields } from './api-key.js';
import { startCopy } from './copy.js';
import { find, findAll } from './element.js';
import { showCode } from './highlight.js';
import { startNavigation } from './navigation.js';
import { RequestForm } from './request-form.js';
import { chatSamples } from './samples.js';
import { startTabs } from './tabs.js';
import { startChatTrial } from './try-chat.js';
import { startGetTrial } from './try-get.js';

/** @import { Samples } from './samples.js' */

/** How long the key must be left alone before it is tried. */
const restMs = 300;

for (const tabs of findAll(document, '[data-tabs]')) startTabs(tabs);
for (const code of findAll(document, 'code[data-language="json"]')) showCode(code, code.textContent ?? '');
for (const card of findAll(document, '[data-samples]')) {
  const shown = () => card.querySelector('[role="tabpanel"]:not([hidden]) code')?.textContent ?? '';
  startCopy(find(card, '[data-copy]', HTMLElement), shown);
}
startLanguages();

const base = find(document, '[data-base-url]', HTMLElement);
base.textContent = `${location.origin}/v1`;
startCopy(find(document, '[data-copy-base]', HTMLElement), () => base.textContent ?? '');

const chat = find(document, '[data-try-chat]', HTMLFormElement);
const known = new Set((chat.dataset.known ?? '').split(' '));
const request = new RequestForm(chat, () => showChatSamples());
startChatTrial(chat, request);
showChatSamples();

for (const form of findAll(document, '[data-try-get]')) {
  if (form instanceof HTMLFormElement) {
    startGetTrial(form, (samples) => showSamples(form.dataset.operation ?? '', samples));
  }
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let rest;
startKeyFields(() => {
  clearTimeout(rest);
  rest = setTimeout(loadModels, restMs);
});
loadModels();
startNavigation();

function showChatSamples() {
  showSamples('createChatCompletion', chatSamples({ origin: location.origin, body: request.body, known }));
}

/**
 * @param {string} id
 * @param {Samples} samples
 */
function showSamples(id, samples) {
  const card = document.querySelector(`[data-samples="${id}"]`);
  if (!card) return;
  for (const [language, text] of Object.entries(samples)) {
    showCode(find(card, `code[data-language="${language}"]`, HTMLElement), text);
  }
}

/** Whoever picks a language wants it everywhere. */
function startLanguages() {
  const cards = findAll(document, '[data-samples] > [data-tabs]');
  for (const card of cards) {
    card.addEventListener('tab', (event) => {
      if (!(event instanceof CustomEvent)) return;
      for (const other of cards) {
        const tab = findAll(other, '[role="tab"]')[event.detail];
        if (tab?.getAttribute('aria-selected') === 'false') tab.click();
      }
    });
  }
}

/** The models of the key that was entered last. */
async function loadModels() {
  const note = find(chat, '[data-models-note]', HTMLElement);
  const key = apiKey();
  if (key === '') {
    note.textContent = 'The key shows which models there are.';
    return;
  }
  try {
    const response = await fetch('/v1/models', { headers: { authorization: `Bearer ${key}` } });
    const body = await response.json();
    if (apiKey() !== key) return;
    if (!response.ok) {
      note.textContent = body.error?.message ?? `The models cannot be listed (${response.status}).`;
      return;
    }
    const names = body.data.map((/** @type {{ id: string }} */ model) => model.id);
    request.preferModels(names);
    note.textContent =
      names.length === 1 ? 'The one model of this key.' : `${names.length} models of this key.`;
  } catch {
    note.textContent = 'The models cannot be listed: the gateway cannot be reached.';
  }
}
