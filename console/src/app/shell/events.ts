// What any part of the shell can ask for without knowing who answers: the palette, the list of shortcuts.

const paletteEvent = 'console:palette';
const shortcutsEvent = 'console:shortcuts';

export function showPalette(): void {
  dispatchEvent(new Event(paletteEvent));
}

export function showShortcuts(): void {
  dispatchEvent(new Event(shortcutsEvent));
}

/** Returns the function that takes both back. */
export function onShellEvents(onPalette: () => void, onShortcuts: () => void): () => void {
  addEventListener(paletteEvent, onPalette);
  addEventListener(shortcutsEvent, onShortcuts);
  return () => {
    removeEventListener(paletteEvent, onPalette);
    removeEventListener(shortcutsEvent, onShortcuts);
  };
}
