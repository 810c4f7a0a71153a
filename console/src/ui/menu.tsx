// A menu behind a button: actions of a row, of an account.
import { Link, type LinkProps } from '@tanstack/react-router';
import { Ellipsis } from 'lucide-react';
import { DropdownMenu as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { IconButton } from './button.tsx';
import { cx } from './class-names.ts';

export interface MenuProps {
  /** `Actions of “Billing service”` */
  readonly label: string;
  /** The button; three dots if absent. */
  readonly trigger?: ReactNode;
  readonly align?: 'start' | 'end';
  readonly side?: 'top' | 'bottom';
  readonly children: ReactNode;
}

export function Menu({ label, trigger, align = 'end', side = 'bottom', children }: MenuProps) {
  return (
    // The page stays reachable beside it: a modal menu would hide it from screen readers, but not its focus.
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>
        {trigger ?? <IconButton label={label} size="sm" icon={<Ellipsis size={16} />} />}
      </Radix.Trigger>
      <Radix.Portal>
        <section aria-label={label}>
          <Radix.Content
            align={align}
            side={side}
            sideOffset={4}
            collisionPadding={8}
            className="z-50 min-w-44 animate-rise rounded-lg border border-line bg-raised p-1 shadow-pop"
          >
            {children}
          </Radix.Content>
        </section>
      </Radix.Portal>
    </Radix.Root>
  );
}

const itemClass =
  'flex w-full select-none items-center gap-2 rounded px-2 py-1.5 text-sm outline-none data-[disabled]:opacity-50 data-[highlighted]:bg-sunken max-sm:py-2.5';

export interface MenuItemProps {
  readonly onSelect: () => void;
  readonly icon?: ReactNode;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  readonly children: ReactNode;
}

export function MenuItem({ onSelect, icon, danger = false, disabled = false, children }: MenuItemProps) {
  return (
    <Radix.Item onSelect={onSelect} disabled={disabled} className={cx(itemClass, danger && 'text-bad-text')}>
      <span aria-hidden="true" className="inline-flex w-4 justify-center">
        {icon}
      </span>
      {children}
    </Radix.Item>
  );
}

export function MenuLink({ icon, children, ...link }: LinkProps & { icon?: ReactNode; children: ReactNode }) {
  return (
    <Radix.Item asChild>
      <Link {...link} className={itemClass}>
        <span aria-hidden="true" className="inline-flex w-4 justify-center">
          {icon}
        </span>
        {children}
      </Link>
    </Radix.Item>
  );
}

export interface MenuChoiceProps<Value extends string> {
  readonly value: Value;
  readonly onValue: (value: Value) => void;
  readonly options: readonly { readonly value: Value; readonly label: string }[];
}

/** One of several, marked. */
export function MenuChoice<Value extends string>({ value, onValue, options }: MenuChoiceProps<Value>) {
  return (
    <Radix.RadioGroup value={value} onValueChange={(next) => onValue(next as Value)}>
      {options.map((option) => (
        <Radix.RadioItem key={option.value} value={option.value} className={itemClass}>
          <span aria-hidden="true" className="inline-flex w-4 justify-center">
            <Radix.ItemIndicator>•</Radix.ItemIndicator>
          </span>
          {option.label}
        </Radix.RadioItem>
      ))}
    </Radix.RadioGroup>
  );
}

export function MenuLabel({ children }: { readonly children: ReactNode }) {
  return <Radix.Label className="px-2 py-1 text-faint text-xs">{children}</Radix.Label>;
}

export function MenuSeparator() {
  return <Radix.Separator className="-mx-1 my-1 h-px bg-line" />;
}
