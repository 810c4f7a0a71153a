// Where the focus goes as a dialog opens: to what one came to fill in, or to the first button of its form, not to its Close.

const fields = 'input, select, textarea, [role=combobox], [role=radio][aria-checked=true], [role=switch]';

/** For `onOpenAutoFocus` of Radix, which does not ask where a field took the focus itself (`autoFocus`). */
export function focusFirstField(event: Event): void {
  const dialog = event.target;
  if (!(dialog instanceof Element)) return;
  const first = usable(dialog, fields) ?? usable(dialog, 'form button');
  if (!first) return;
  event.preventDefault();
  first.focus();
}

function usable(dialog: Element, selector: string): HTMLElement | undefined {
  return [...dialog.querySelectorAll<HTMLElement>(selector)].find((each) => {
    const isRadio = each instanceof HTMLInputElement && each.type === 'radio';
    return !each.matches(':disabled') && each.tabIndex >= 0 && isShown(each) && (!isRadio || each.checked);
  });
}

const isShown = (element: HTMLElement) => element.getClientRects().length > 0;
