// The messages of the form: a role and a text each. Messages that are more than text stay as they are, for the JSON tab.
import { element } from './element.js';

const roles = ['system', 'developer', 'user', 'assistant'];

/**
 * @typedef {{ role: string, content: unknown, [member: string]: unknown }} Message
 */

/**
 * Shows these messages. They are changed in place as the user types.
 * @param {HTMLElement} list
 * @param {Message[]} messages
 * @param {() => void} onChange
 */
export function showMessages(list, messages, onChange) {
  list.replaceChildren(
    ...messages.map((message, index) =>
      row(message, index, onChange, () => {
        messages.splice(index, 1);
        showMessages(list, messages, onChange);
        onChange();
      }),
    ),
  );
}

/**
 * @param {Message} message
 * @param {number} index
 * @param {() => void} onChange
 * @param {() => void} onRemove
 */
function row(message, index, onChange, onRemove) {
  const place = `Message ${index + 1}`;
  const remove = element('button', { type: 'button', 'aria-label': `Remove message ${index + 1}` }, 'Remove');
  remove.addEventListener('click', onRemove);
  const isText = typeof message?.content === 'string' && roles.includes(message.role);
  if (!isText) {
    const what = `${String(message?.role ?? 'message')}: more than text, edit it as JSON`;
    return element(
      'div',
      { class: 'message' },
      element('div', { class: 'row' }, element('span', { class: 'type' }, what), remove),
    );
  }
  const role = element(
    'select',
    { 'aria-label': `${place}, role` },
    ...roles.map((name) => element('option', {}, name)),
  );
  role.value = message.role;
  role.addEventListener('change', () => {
    message.role = role.value;
    onChange();
  });
  const text = element('textarea', { 'aria-label': `${place}, text`, rows: '2' });
  text.value = String(message.content);
  text.addEventListener('input', () => {
    message.content = text.value;
    onChange();
  });
  return element('div', { class: 'message' }, element('div', { class: 'row' }, role, remove), text);
}
