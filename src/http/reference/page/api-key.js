// The key the user typed: in this tab only, the same in every field of the page.
import { findAll } from './element.js';

const place = 'tollgate-api-key';

/** @returns {string} Empty when there is none. */
export function apiKey() {
  return sessionStorage.getItem(place) ?? '';
}

/** @param {() => void} onChange Called when another key was entered. */
export function startKeyFields(onChange) {
  const fields = findAll(document, '[data-api-key]').filter((field) => field instanceof HTMLInputElement);
  for (const field of fields) {
    field.value = apiKey();
    field.addEventListener('input', () => {
      const key = field.value.trim();
      if (key === '') sessionStorage.removeItem(place);
      else sessionStorage.setItem(place, key);
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
