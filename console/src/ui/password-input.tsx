// A password, which can be looked at: people who see what they type make longer ones.
import { Eye, EyeOff } from 'lucide-react';
import { useState } from 'react';
import { Input, type InputProps } from './input.tsx';

export interface PasswordInputProps extends Omit<InputProps, 'type' | 'before' | 'after' | 'autoComplete'> {
  /** `new-password` makes password managers offer one. */
  readonly autoComplete: 'current-password' | 'new-password';
}

export function PasswordInput({ className, ...rest }: PasswordInputProps) {
  const [shown, setShown] = useState(false);
  const Icon = shown ? EyeOff : Eye;
  return (
    <span className="relative block">
      <Input
        {...rest}
        type={shown ? 'text' : 'password'}
        spellCheck={false}
        autoCapitalize="none"
        className={`pr-9 ${className ?? ''}`}
      />
      <button
        type="button"
        aria-label={shown ? 'Hide the password' : 'Show the password'}
        aria-pressed={shown}
        onClick={() => setShown(!shown)}
        className="absolute inset-y-0 right-0 flex w-8 items-center justify-center rounded-md text-faint -outline-offset-2 hover:text-ink max-sm:w-10"
      >
        <Icon size={15} aria-hidden="true" />
      </button>
    </span>
  );
}
