// Who is signed in, their role, the colours, and the way out.
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { BookOpen, ChevronsUpDown, LogOut, UserRound } from 'lucide-react';
import { api } from '../../api/client.ts';
import { messageOf } from '../../api/error.ts';
import { useSession } from '../../api/session.ts';
import { Menu, MenuChoice, MenuItem, MenuLabel, MenuLink, MenuSeparator } from '../../ui/menu.tsx';
import { chooseTheme, useTheme } from '../../ui/theme.ts';
import { useToast } from '../../ui/toast.tsx';

const themes = [
  { value: 'system', label: 'As the system' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
] as const;

export function AccountMenu() {
  const member = useSession()?.member;
  const theme = useTheme();
  const signOut = useSignOut();
  return (
    <Menu
      label="Account"
      align="start"
      side="top"
      trigger={
        <button
          type="button"
          className="flex w-full items-center gap-2.5 rounded-md px-2 py-1.5 text-left hover:bg-sunken"
        >
          <span
            aria-hidden="true"
            className="flex size-7 shrink-0 items-center justify-center rounded-full bg-accent-soft font-semibold text-accent-text text-xs"
          >
            {member?.name.trim().slice(0, 1).toUpperCase() ?? '?'}
          </span>
          <span className="min-w-0 flex-1">
            <span dir="auto" className="block truncate font-medium text-sm">
              {member?.name ?? 'Account'}
            </span>
            <span className="block truncate text-faint text-xs">{member?.role}</span>
          </span>
          <ChevronsUpDown size={14} className="shrink-0 text-faint" aria-hidden="true" />
        </button>
      }
    >
      <MenuLabel>{member?.email}</MenuLabel>
      <MenuLink to="/account" icon={<UserRound size={14} />}>
        Your account
      </MenuLink>
      <MenuItem onSelect={() => window.open('/docs', '_blank', 'noopener')} icon={<BookOpen size={14} />}>
        API reference
      </MenuItem>
      <MenuSeparator />
      <MenuLabel>Colours</MenuLabel>
      <MenuChoice value={theme} onValue={chooseTheme} options={themes} />
      <MenuSeparator />
      <MenuItem onSelect={() => void signOut()} icon={<LogOut size={14} />}>
        Sign out
      </MenuItem>
    </Menu>
  );
}

function useSignOut() {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const toast = useToast();
  return async () => {
    try {
      await api.delete('/session');
    } catch (error) {
      toast({ title: 'You are still signed in', detail: messageOf(error), tone: 'bad' });
      return;
    }
    api.setCsrfToken(undefined);
    await navigate({ to: '/login' });
    queryClient.clear();
  };
}
