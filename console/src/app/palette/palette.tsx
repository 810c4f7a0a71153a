// ⌘K: goes anywhere, finds keys, projects, models and requests by name or id, and does the usual. What it finds on the
// server is asked while one types.
import { Command } from 'cmdk';
import { Search } from 'lucide-react';
import { Dialog } from 'radix-ui';
import { useState } from 'react';
import { useSession } from '../../api/session.ts';
import { returnFocus } from '../../ui/return-focus.ts';
import { paletteActions, paletteItem } from './actions.ts';
import { Found } from './found.tsx';
import { paletteMatch } from './match.ts';
import { type Entry, PaletteItem } from './palette-item.tsx';
import { usePaletteContext } from './use-palette-context.ts';

export interface PaletteProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
}

export function Palette({ open, onOpenChange }: PaletteProps) {
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 animate-appear bg-scrim" />
        <Dialog.Content
          aria-describedby={undefined}
          onCloseAutoFocus={returnFocus}
          className="fixed inset-x-2 top-2 z-50 mx-auto max-w-xl animate-rise overflow-hidden rounded-lg border border-line bg-raised shadow-pop sm:top-[14vh]"
        >
          <Dialog.Title className="sr-only">Search and commands</Dialog.Title>
          <Content onClose={() => onOpenChange(false)} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Content({ onClose }: { readonly onClose: () => void }) {
  const [text, setText] = useState('');
  const [marked, setMarked] = useState('');
  const role = useSession()?.member.role;
  const context = usePaletteContext();
  const run = (entry: Entry) => {
    onClose();
    entry.run();
  };
  const { places, actions } = paletteActions(context, role);
  return (
    <Command label="Search and commands" loop filter={paletteMatch} value={marked} onValueChange={setMarked}>
      <div className="flex items-center gap-2 border-line border-b px-3.5">
        <Search size={16} aria-hidden="true" className="shrink-0 text-faint" />
        <Command.Input
          value={text}
          onValueChange={setText}
          placeholder="Go to a page, a key, a model, a request id…"
          className="h-11 w-full bg-transparent text-base outline-none placeholder:text-faint"
        />
      </div>
      <Command.List className="max-h-[min(24rem,60dvh)] overflow-y-auto p-1.5">
        <Command.Empty className="px-2.5 py-6 text-center text-muted text-sm">
          Nothing has that name. Ids of requests can be pasted whole.
        </Command.Empty>
        <Found text={text.trim()} onPick={run} onFirst={setMarked} />
        <Command.Group heading="Go to" className={paletteItem.group}>
          {places.map((entry) => (
            <PaletteItem key={entry.id} entry={entry} onPick={run} />
          ))}
        </Command.Group>
        <Command.Group heading="Do" className={paletteItem.group}>
          {actions.map((entry) => (
            <PaletteItem key={entry.id} entry={entry} onPick={run} />
          ))}
        </Command.Group>
      </Command.List>
    </Command>
  );
}
