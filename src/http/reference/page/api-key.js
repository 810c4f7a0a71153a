// The key the user typed: in this tab only, the same in every field of the page.
import { findAll } from './element.js';

const place = 'tollgate-api-key';

/** @type {string | undefined} */
let current;

/** @returns {string} Empty when there is none. */
export function apiKey() {
  current ??= stored() ?? '';
  return current;
}

function stored() {
  try {
    return sessionStorage.getItem(place);
  } catch {
    // A browser that stores nothing keeps the key as long as the page.
    return undefined;
  }
}

/** @param {string} key */
function keep(key) {
  current = key;
  try {
    if (key === '') sessionStorage.removeItem(place);
    else sessionStorage.setItem(place, key);
  } catch {
    // See above.
  }
}

/** @param {() => void} onChange Called when another key was entered. */
export function startKeyFields(onChange) {
  const fields = findAll(document, '[data-api-key]').filter((field) => field instanceof HTMLInputElement);
  for (const field of fields) {
    field.value = apiKey();
    field.addEventListener('input', () => {
      keep(field.value.trim());
      for (const other of fields) if (other !== field) other.value = field.value;
      onChange();
    });
    const reveal = field.parentElement?.querySelector('[data-reveal]');
    reveal?.addEventListener('click', () => {
      const shown = field.type === 'password';
      field.type = shown ? 'text' : 'password';
      reveal.textContent = shown ? 'Hide' : 'Show';
      reveal.setAttribute('aria-pressed', String(shown));
    });
  }
}
