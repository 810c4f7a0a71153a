// E-mail address and password. What is wrong stands where it is wrong; after a wrong password the cursor is in it again.
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { Session } from '../../api/contract.ts';
import { ApiError } from '../../api/error.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/error-state.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { PasswordInput } from '../../ui/password-input.tsx';
import { useSignIn } from './use-sign-in.ts';

export interface PasswordFormProps {
  /** Filled in: signing in again. */
  readonly email?: string | undefined;
  readonly onSignedIn: (session: Session) => void;
  readonly children?: ReactNode;
}

export function PasswordForm({ email: known, onSignedIn, children }: PasswordFormProps) {
  const { signIn, busy, error, waitSeconds } = useSignIn(onSignedIn);
  const [email, setEmail] = useState(known ?? '');
  const [password, setPassword] = useState('');
  const passwordInput = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (error) passwordInput.current?.select();
  }, [error]);
  return (
    <form
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy && waitSeconds === 0) signIn({ email, password });
      }}
    >
      {error ? <Problem error={error} waitSeconds={waitSeconds} /> : null}
      <Field label="E-mail address" required>
        {(control) => (
          <Input
            {...control}
            type="email"
            name="email"
            autoComplete="username"
            required
            autoFocus={known === undefined}
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
        )}
      </Field>
      <Field label="Password" required>
        {(control) => (
          <PasswordInput
            {...control}
            ref={passwordInput}
            name="password"
            autoComplete="current-password"
            required
            autoFocus={known !== undefined}
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        )}
      </Field>
      <Button type="submit" variant="primary" className="w-full" busy={busy} disabled={waitSeconds > 0}>
        {waitSeconds > 0 ? `Try again in ${waitSeconds} s` : 'Sign in'}
      </Button>
      {children}
    </form>
  );
}

function Problem({ error, waitSeconds }: { readonly error: Error; readonly waitSeconds: number }) {
  if (!(error instanceof ApiError) || error.status !== 429) return <ErrorNote error={error} />;
  // The sentence of the gateway counts seconds that have passed since.
  const words =
    waitSeconds > 0
      ? 'There were too many attempts to sign in. Wait until the button can be pressed again.'
      : 'You can try again now.';
  return <ErrorNote error={new Error(words)} />;
}
