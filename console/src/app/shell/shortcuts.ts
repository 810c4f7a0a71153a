// The keyboard: `g` and a letter goes somewhere, `/` to the search of the page, `?` lists all. Never while somebody types or a dialog
// is open.
import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { roleAllows, useSession } from '../../api/session.ts';
import { places } from '../navigation.ts';
import { showShortcuts } from './events.ts';

/** How long the second key of `g k` may take. */
const patienceMs = 1200;

export function useShortcuts(): void {
  const navigate = useNavigate();
  const role = useSession()?.member.role;
  useEffect(() => {
    let goUntil = 0;
    const onKey = (event: KeyboardEvent) => {
      if (event.metaKey || event.ctrlKey || event.altKey || event.defaultPrevented) return;
      if (isTyping(event.target) || document.querySelector('[role=dialog],[role=menu]')) return;
      if (event.timeStamp < goUntil) {
        goUntil = 0;
        const place = places.find(({ key }) => key === event.key);
        if (!place || !roleAllows(role, place.least)) return;
        event.preventDefault();
        void navigate({ to: place.to });
      } else if (event.key === '?') showShortcuts();
      else if (event.key === 'g') goUntil = event.timeStamp + patienceMs;
      else if (event.key === '/') {
        const search = document.querySelector<HTMLElement>('main [data-search]');
        if (!search) return;
        event.preventDefault();
        search.focus();
      }
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [navigate, role]);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
