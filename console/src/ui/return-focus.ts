// Where the focus was on the page before a dialog or a menu took it, so that it goes back there. Dialogs here are opened by
// state, often from a menu that is gone by then, so the browser's own memory of it is of no use.

let last: HTMLElement | undefined;

/** Called once, by the entry. */
export function rememberFocus(): void {
  document.addEventListener('focusin', ({ target }) => {
    if (!(target instanceof HTMLElement)) return;
    if (target.closest('[role=dialog],[role=menu],[role=listbox],[data-radix-focus-guard]')) return;
    last = target;
  });
}

/** For `onCloseAutoFocus` of Radix. */
export function returnFocus(event: Event): void {
  event.preventDefault();
  if (last?.isConnected) last.focus();
}
