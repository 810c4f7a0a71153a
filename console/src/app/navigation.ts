// What the sidebar, the palette and the keyboard go to: one list for all three.
import type { LinkProps } from '@tanstack/react-router';
import {
  Boxes,
  ChartNoAxesColumn,
  FolderTree,
  Gauge,
  House,
  KeyRound,
  type LucideIcon,
  MessagesSquare,
  Plug,
  ScrollText,
  Settings,
  SquareActivity,
  Users,
} from 'lucide-react';
import type { Role } from '../api/session.ts';

export interface Place {
  readonly to: NonNullable<LinkProps['to']>;
  readonly label: string;
  readonly icon: LucideIcon;
  /** After `g`. */
  readonly key: string;
  readonly least: Role;
}

export interface PlaceGroup {
  readonly label: string | null;
  readonly places: readonly Place[];
}

export const placeGroups: readonly PlaceGroup[] = [
  {
    label: null,
    places: [
      { to: '/', label: 'Overview', icon: House, key: 'o', least: 'viewer' },
      { to: '/playground', label: 'Playground', icon: MessagesSquare, key: 'p', least: 'member' },
      { to: '/requests', label: 'Requests', icon: SquareActivity, key: 'r', least: 'viewer' },
      { to: '/usage', label: 'Usage', icon: ChartNoAxesColumn, key: 'u', least: 'viewer' },
    ],
  },
  {
    label: 'Access',
    places: [
      { to: '/keys', label: 'API keys', icon: KeyRound, key: 'k', least: 'viewer' },
      { to: '/projects', label: 'Projects', icon: FolderTree, key: 'j', least: 'viewer' },
      { to: '/limits', label: 'Limits', icon: Gauge, key: 'l', least: 'viewer' },
      { to: '/members', label: 'Members', icon: Users, key: 'e', least: 'admin' },
    ],
  },
  {
    label: 'Routing',
    places: [
      { to: '/models', label: 'Models', icon: Boxes, key: 'm', least: 'viewer' },
      { to: '/providers', label: 'Providers', icon: Plug, key: 'v', least: 'viewer' },
    ],
  },
  {
    label: 'Gateway',
    places: [
      { to: '/audit', label: 'Audit log', icon: ScrollText, key: 'a', least: 'admin' },
      { to: '/settings', label: 'Settings', icon: Settings, key: 's', least: 'viewer' },
    ],
  },
];

export const places: readonly Place[] = placeGroups.flatMap((group) => group.places);
