// The frame of every page: sidebar, on phones a bar with a drawer, and the page. Skip link, one main.
import { Outlet, useRouterState } from '@tanstack/react-router';
import { Menu as MenuIcon, Search } from 'lucide-react';
import { Dialog } from 'radix-ui';
import { useEffect, useState } from 'react';
import { IconButton } from '../../ui/button.tsx';
import { AccountMenu } from './account-menu.tsx';
import { showPalette } from './events.ts';
import { Logo } from './logo.tsx';
import { Overlays } from './overlays.tsx';
import { SessionEnded } from './session-ended.tsx';
import { useShortcuts } from './shortcuts.ts';
import { SidebarLinks } from './sidebar-links.tsx';

export function Shell() {
  const [drawer, setDrawer] = useState(false);
  const path = useRouterState({ select: (state) => state.location.pathname });
  // biome-ignore lint/correctness/useExhaustiveDependencies: whoever went somewhere is done with the drawer
  useEffect(() => setDrawer(false), [path]);
  useShortcuts();
  return (
    <div className="lg:grid lg:grid-cols-[15rem_minmax(0,1fr)]">
      <a
        href="#main"
        className="sr-only z-50 rounded-md bg-accent px-3 py-2 text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to the page
      </a>
      <aside className="sticky top-0 hidden h-dvh flex-col border-line border-r bg-surface lg:flex">
        <SidebarContent />
      </aside>
      <div className="min-w-0">
        <header className="sticky top-0 z-30 flex h-13 items-center justify-between border-line border-b bg-surface px-3 lg:hidden">
          <Dialog.Root open={drawer} onOpenChange={setDrawer}>
            <Dialog.Trigger asChild>
              <IconButton label="Open navigation" icon={<MenuIcon size={18} />} />
            </Dialog.Trigger>
            <Dialog.Portal>
              <Dialog.Overlay className="fixed inset-0 z-40 animate-appear bg-scrim" />
              <Dialog.Content
                aria-describedby={undefined}
                className="fixed inset-y-0 left-0 z-50 flex w-72 max-w-[85vw] animate-drawer flex-col border-line border-r bg-surface"
              >
                <Dialog.Title className="sr-only">Navigation</Dialog.Title>
                <SidebarContent />
              </Dialog.Content>
            </Dialog.Portal>
          </Dialog.Root>
          <Logo />
          <PaletteButton />
        </header>
        <main
          id="main"
          tabIndex={-1}
          className="mx-auto w-full max-w-[84rem] px-4 py-5 outline-none sm:px-6 lg:px-8 lg:py-7"
        >
          <Outlet />
        </main>
      </div>
      <Overlays />
      <SessionEnded />
    </div>
  );
}

function SidebarContent() {
  return (
    <>
      <div className="flex h-13 shrink-0 items-center justify-between px-4">
        <Logo />
        <PaletteButton />
      </div>
      <SidebarLinks />
      <div className="shrink-0 border-line border-t p-2">
        <AccountMenu />
      </div>
    </>
  );
}

function PaletteButton() {
  return <IconButton label="Search and commands" icon={<Search size={16} />} onClick={showPalette} />;
}
