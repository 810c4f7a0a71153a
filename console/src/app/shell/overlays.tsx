// The palette and the list of shortcuts: their code comes when one of them is first asked for.
import { lazy, Suspense, useEffect, useState } from 'react';
import { onShellEvents } from './events.ts';

const Palette = lazy(async () => ({ default: (await import('../palette/palette.tsx')).Palette }));
const Shortcuts = lazy(async () => ({ default: (await import('./shortcut-list.tsx')).ShortcutList }));

type Overlay = 'palette' | 'shortcuts' | undefined;

export function Overlays() {
  const [shown, setShown] = useState<Overlay>();
  const [used, setUsed] = useState<readonly Overlay[]>([]);
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
