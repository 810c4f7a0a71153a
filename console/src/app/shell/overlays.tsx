// The palette and the list of shortcuts: their code comes when the page rests, or when one of them is asked for.
import { lazy, Suspense, useEffect, useState } from 'react';
import { onShellEvents } from './events.ts';

const loadPalette = () => import('../palette/palette.tsx');
const Palette = lazy(async () => ({ default: (await loadPalette()).Palette }));
const Shortcuts = lazy(async () => ({ default: (await import('./shortcut-list.tsx')).ShortcutList }));

/** After the shell is shown. */
const restMs = 1500;

type Overlay = 'palette' | 'shortcuts' | undefined;

export function Overlays() {
  const [shown, setShown] = useState<Overlay>();
  const [used, setUsed] = useState<readonly Overlay[]>([]);
  // Once there is nothing else to do, so that whoever types right after ⌘K loses no letter.
  useEffect(() => {
    const timer = setTimeout(() => void loadPalette().catch(() => undefined), restMs);
    return () => clearTimeout(timer);
  }, []);
  useEffect(() => {
    const show = (overlay: Overlay) => () => {
      setUsed((before) => [...before, overlay]);
      setShown((before) => (before === overlay ? undefined : overlay));
    };
    const showPalette = show('palette');
    const onKey = (event: KeyboardEvent) => {
      if ((event.metaKey || event.ctrlKey) && !event.altKey && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        showPalette();
      }
    };
    addEventListener('keydown', onKey);
    const takeBack = onShellEvents(showPalette, show('shortcuts'));
    return () => {
      removeEventListener('keydown', onKey);
      takeBack();
    };
  }, []);
  const props = (overlay: Overlay) => ({
    open: shown === overlay,
    onOpenChange: (open: boolean) => setShown(open ? overlay : undefined),
  });
  return (
    <Suspense fallback={null}>
      {used.includes('palette') ? <Palette {...props('palette')} /> : null}
      {used.includes('shortcuts') ? <Shortcuts {...props('shortcuts')} /> : null}
    </Suspense>
  );
}
