// The keyboard of a combobox whose list opens over the page: typing on the closed one opens it with what was typed, Tab in
// the open one closes it and goes on to the next field (WAI-ARIA APG, combobox pattern). Knows no options.
import { type ComponentProps, type KeyboardEvent, type RefObject, useRef, useState } from 'react';

export interface ListKeys {
  readonly open: boolean;
  readonly setOpen: (open: boolean) => void;
  /** What was typed on the closed one. */
  readonly begun: string;
  readonly trigger: RefObject<HTMLButtonElement | null>;
  /** For what Radix puts over the page. */
  readonly content: {
    readonly onOpenAutoFocus: (event: Event) => void;
    readonly onCloseAutoFocus: (event: Event) => void;
    readonly onKeyDown: ComponentProps<'div'>['onKeyDown'];
  };
  readonly onTriggerKey: (event: KeyboardEvent) => void;
}

export function useListKeys(onSearch: ((text: string) => void) | undefined): ListKeys {
  const [open, setOpenState] = useState(false);
  const [begun, setBegun] = useState('');
  const trigger = useRef<HTMLButtonElement>(null);
  const leftByTab = useRef(false);
  const setOpen = (next: boolean, typed = '') => {
    if (next) {
      leftByTab.current = false;
      setBegun(typed);
    }
    setOpenState(next);
  };
  return {
    open,
    setOpen: (next) => setOpen(next),
    begun,
    trigger,
    content: {
      onOpenAutoFocus(event) {
        // Radix would select what was typed, so that the next letter replaced it.
        const input = event.target instanceof Element ? event.target.querySelector('input') : null;
        if (!input) return;
        event.preventDefault();
        input.focus();
        input.setSelectionRange(input.value.length, input.value.length);
      },
      onCloseAutoFocus(event) {
        if (leftByTab.current) event.preventDefault();
      },
      onKeyDown(event) {
        if (event.key !== 'Tab') return;
        // The browser goes on from where the focus is: from the field, not from the list at the end of the page.
        leftByTab.current = true;
        trigger.current?.focus();
        setOpen(false);
      },
    },
    onTriggerKey(event) {
      if (open || event.metaKey || event.ctrlKey || event.altKey) return;
      const isText = /^[\p{L}\p{N}]$/u.test(event.key);
      if (!isText && event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
      event.preventDefault();
      // A letter here is no shortcut of the console.
      event.stopPropagation();
      setOpen(true, isText ? event.key : '');
      if (isText) onSearch?.(event.key);
    },
  };
}
