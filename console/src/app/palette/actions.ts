// What the palette offers without asking anybody: the places a role may see, and what is done most.
import { BookOpen, Gauge, Keyboard, KeyRound, Moon, Sun, SunMoon, UserPlus } from 'lucide-react';
import { type Role, roleAllows } from '../../api/session.ts';
import { places } from '../navigation.ts';
import type { Entry } from './palette-item.tsx';
import type { PaletteContext } from './use-palette-context.ts';

/** Headings of groups are cmdk's own elements. */
export const paletteItem = {
  group:
    '[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:py-1.5 [&_[cmdk-group-heading]]:text-faint [&_[cmdk-group-heading]]:text-xs',
};

export interface PaletteActions {
  readonly places: readonly Entry[];
  readonly actions: readonly Entry[];
}

export function paletteActions(context: PaletteContext, role: Role | undefined): PaletteActions {
  const { go, openNew, theme, showKeys, openDocs } = context;
  const may = (least: Role) => roleAllows(role, least);
  return {
    places: places
      .filter((place) => may(place.least))
      .map(({ to, label, icon, key }) => ({
        id: `go ${to}`,
        label,
        icon,
        detail: `g ${key}`,
        run: () => go(to),
      })),
    actions: [
      ...(may('member')
        ? [
            {
              id: 'do create-key',
              label: 'Create API key',
              icon: KeyRound,
              keywords: ['new', 'add', 'token', 'secret'],
              run: () => openNew('/keys'),
            },
          ]
        : []),
      ...(may('admin')
        ? [
            {
              id: 'do create-limit',
              label: 'Create limit',
              icon: Gauge,
              keywords: ['new', 'add', 'budget', 'quota'],
              run: () => openNew('/limits'),
            },
            {
              id: 'do invite',
              label: 'Invite member',
              icon: UserPlus,
              keywords: ['new', 'add', 'user', 'team'],
              run: () => openNew('/members'),
            },
          ]
        : []),
      { id: 'do light', label: 'Light colours', icon: Sun, keywords: ['theme'], run: () => theme('light') },
      { id: 'do dark', label: 'Dark colours', icon: Moon, keywords: ['theme'], run: () => theme('dark') },
      {
        id: 'do system',
        label: 'Colours as the system',
        icon: SunMoon,
        keywords: ['theme'],
        run: () => theme('system'),
      },
      {
        id: 'do shortcuts',
        label: 'Keyboard shortcuts',
        icon: Keyboard,
        detail: '?',
        keywords: ['help'],
        run: showKeys,
      },
      { id: 'do docs', label: 'API reference', icon: BookOpen, keywords: ['docs', 'openapi'], run: openDocs },
    ],
  };
}
