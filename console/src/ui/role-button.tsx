// A button for what not everybody may do: who may not sees it, disabled, and why.
import { needsRole, type Role, roleAllows, useSession } from '../api/session.ts';
import { Button, type ButtonProps } from './button.tsx';

export interface RoleButtonProps extends ButtonProps {
  /** The least role that may press it. */
  readonly needs: Role;
}

export function RoleButton({ needs, disabled = false, title, ...rest }: RoleButtonProps) {
  const role = useSession()?.member.role;
  const may = roleAllows(role, needs);
  return <Button {...rest} disabled={disabled || !may} title={may ? title : needsRole(needs, role)} />;
}
