// What the palette's entries do, in terms of the router and the theme.
import { type LinkProps, useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { chooseTheme, type Theme } from '../../ui/theme.ts';
import { showShortcuts } from '../shell/events.ts';

export interface PaletteContext {
  readonly go: (to: NonNullable<LinkProps['to']>, params?: Readonly<Record<string, string>>) => void;
  /** Goes to the list and opens its form: `?new=1`. */
  readonly openNew: (to: '/keys' | '/limits' | '/members') => void;
  readonly theme: (theme: Theme) => void;
  readonly showKeys: () => void;
  readonly openDocs: () => void;
}

export function usePaletteContext(): PaletteContext {
  const navigate = useNavigate();
  return useMemo(
    () => ({
      go: (to, params) => void navigate({ to, params } as never),
      openNew: (to) => void navigate({ to, search: { new: '1' } } as never),
      theme: chooseTheme,
      showKeys: showShortcuts,
      openDocs: () => void window.open('/docs', '_blank', 'noopener'),
    }),
    [navigate],
  );
}
