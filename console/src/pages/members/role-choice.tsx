// One of the three roles, each with what it may do.
import { useId } from 'react';
import type { Role } from '../../api/session.ts';
import { roleNames, roleOrder, roleSentences } from './role-words.ts';

interface RoleChoiceProps {
  readonly value: Role;
  readonly onChange: (role: Role) => void;
  readonly error?: string | undefined;
}

export function RoleChoice({ value, onChange, error }: RoleChoiceProps) {
  const name = useId();
  return (
    <fieldset>
      <legend className="mb-1 font-medium text-sm">Role</legend>
      <div className="divide-y divide-line rounded-md border border-line-strong">
        {roleOrder.map((role) => (
          <label
            key={role}
            className="flex cursor-pointer items-start gap-2.5 px-3 py-2 has-checked:bg-accent-soft"
          >
            <input
              type="radio"
              name={name}
              value={role}
              checked={value === role}
              onChange={() => onChange(role)}
              className="mt-1 accent-accent"
            />
            <span className="text-sm">
              <span className="block font-medium">{roleNames[role]}</span>
              <span className="block text-muted text-xs">{roleSentences[role]}</span>
            </span>
          </label>
        ))}
      </div>
      {error ? (
        <p role="alert" className="mt-1 text-bad-text text-xs">
          {error}
        </p>
      ) : null}
    </fieldset>
  );
}
