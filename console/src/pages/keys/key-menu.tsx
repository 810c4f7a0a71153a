// What can be done to a key, in a menu. Disabling is undone by the toast; the rest asks first.
import { Ban, CirclePlay, RefreshCw, ShieldX } from 'lucide-react';
import type { Key } from '../../api/contract.ts';
import { Menu, MenuItem, MenuSeparator } from '../../ui/menu.tsx';
import { useDisableKey } from './use-disable-key.ts';

interface KeyMenuProps {
  readonly subject: Key;
  readonly onRotate: (key: Key) => void;
  readonly onRevoke: (key: Key) => void;
}

export function KeyMenu({ subject, onRotate, onRevoke }: KeyMenuProps) {
  const disable = useDisableKey();
  const disabled = subject.status === 'disabled';
  return (
    <Menu label={`Actions of “${subject.name}”`}>
      <MenuItem icon={<RefreshCw size={14} />} onSelect={() => onRotate(subject)}>
        Rotate secret…
      </MenuItem>
      <MenuItem
        icon={disabled ? <CirclePlay size={14} /> : <Ban size={14} />}
        onSelect={() => disable.mutate({ key: subject, disabled: !disabled })}
      >
        {disabled ? 'Enable' : 'Disable'}
      </MenuItem>
      <MenuSeparator />
      <MenuItem danger icon={<ShieldX size={14} />} onSelect={() => onRevoke(subject)}>
        Revoke…
      </MenuItem>
    </Menu>
  );
}
