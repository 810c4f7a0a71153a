// Copies text and says so on the button.

const shownMs = 1500;

/**
 * @param {HTMLElement} button
 * @param {() => string} text
 */
export function startCopy(button, text) {
  const label = button.textContent ?? 'Copy';
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let back;
  button.addEventListener('click', async () => {
    const copied = await copy(text());
    button.textContent = copied ? 'Copied' : 'Copying failed';
    clearTimeout(back);
    back = setTimeout(() => {
      button.textContent = label;
    }, shownMs);
  });
}

/**
 * @param {string} text
 * @returns {Promise<boolean>}
 */
async function copy(text) {
  if (navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Not allowed here: the older way is left.
    }
  }
  // Over plain HTTP from another machine browsers offer no clipboard.
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'visually-hidden';
  document.body.append(area);
  area.select();
  const copied = document.execCommand('copy');
  area.remove();
  return copied;
}
