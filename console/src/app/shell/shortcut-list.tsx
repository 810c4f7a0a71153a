// `?`: what the keyboard can do.
import { roleAllows, useSession } from '../../api/session.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { places } from '../navigation.ts';

const everywhere: readonly (readonly [keys: string, what: string])[] = [
  ['⌘ K', 'Search and commands (Ctrl K elsewhere)'],
  ['/', 'Search on this page'],
  ['?', 'This list'],
  ['Esc', 'Close what is open'],
  ['j, k', 'Next and previous request, on a request’s page'],
  ['⌘ Enter', 'Send, in the playground'],
];

interface ShortcutListProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
}

export function ShortcutList(props: ShortcutListProps) {
  const role = useSession()?.member.role;
  const going = places
    .filter((place) => roleAllows(role, place.least))
    .map(({ key, label }) => [`g ${key}`, label] as const);
  return (
    <Dialog {...props} title="Keyboard shortcuts" size="md">
      <div className="grid gap-x-8 gap-y-5 sm:grid-cols-2">
        <List title="Everywhere" rows={everywhere} />
        <List title="Go to" rows={going} />
      </div>
    </Dialog>
  );
}

interface ListProps {
  readonly title: string;
  readonly rows: readonly (readonly [keys: string, what: string])[];
}

function List({ title, rows }: ListProps) {
  return (
    <section>
      <h3 className="mb-1.5 font-medium text-faint text-xs">{title}</h3>
      <dl className="space-y-1.5 text-sm">
        {rows.map(([keys, what]) => (
          <div key={keys} className="flex items-baseline justify-between gap-3">
            <dt className="text-muted">{what}</dt>
            <dd className="shrink-0 space-x-1">
              {keys.split(' ').map((key) => (
                <kbd
                  key={key}
                  className="inline-block min-w-5 rounded border border-line-strong bg-sunken px-1 text-center font-mono text-xs"
                >
                  {key}
                </kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
