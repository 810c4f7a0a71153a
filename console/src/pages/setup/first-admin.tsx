// The first administrator: name, address, password.
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Session } from '../../api/contract.ts';
import { fieldError } from '../../api/error.ts';
import { useKeepSession } from '../../api/keep-session.ts';
import { sessionOptionsQuery } from '../../api/session.ts';
import { forgetSetupToken } from '../../api/setup-token.ts';
import { Button } from '../../ui/button.tsx';
import { Entrance } from '../../ui/entrance.tsx';
import { ErrorNote } from '../../ui/error-state.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { PasswordInput } from '../../ui/password-input.tsx';
import { callByToken } from './by-token.ts';

const fields = ['name', 'email', 'password'] as const;

interface FirstAdminProps {
  readonly token: string;
  readonly onDone: () => void;
}

export function FirstAdmin({ token, onDone }: FirstAdminProps) {
  const keep = useKeepSession();
  const withPassword = useQuery(sessionOptionsQuery).data?.password_login !== false;
  const [values, setValues] = useState({ name: '', email: '', password: '' });
  const setUp = useMutation({
    mutationFn: ({ password, ...rest }: typeof values) =>
      callByToken<Session>(token, 'POST', '/setup', withPassword ? { ...rest, password } : rest),
    onSuccess: (session) => {
      forgetSetupToken();
      keep(session);
      onDone();
    },
  });
  const { error } = setUp;
  const field = (name: (typeof fields)[number]) => ({
    name,
    value: values[name],
    required: true,
    onChange: (event: { readonly target: { readonly value: string } }) =>
      setValues({ ...values, [name]: event.target.value }),
  });
  return (
    <Entrance
      title="Set up Tollgate"
      description="Make the first administrator. Then you get an API key and send your first request, right here."
      footer="Step 1 of 2"
    >
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!setUp.isPending) setUp.mutate(values);
        }}
      >
        {error && !fields.some((name) => fieldError(error, name)) ? <ErrorNote error={error} /> : null}
        <Field label="Your name" required error={fieldError(error, 'name')}>
          {(control) => (
            <Input {...control} {...field('name')} autoComplete="name" autoFocus maxLength={100} />
          )}
        </Field>
        <Field
          label="E-mail address"
          required
          hint="To sign in with. The gateway sends no mail."
          error={fieldError(error, 'email')}
        >
          {(control) => <Input {...control} {...field('email')} type="email" autoComplete="username" />}
        </Field>
        {withPassword ? (
          <Field
            label="Password"
            required
            hint="At least 10 characters. Several words in a row are easy to remember."
            error={fieldError(error, 'password')}
          >
            {(control) => <PasswordInput {...control} {...field('password')} autoComplete="new-password" />}
          </Field>
        ) : (
          <p className="text-muted text-sm">
            Passwords are turned off on this gateway: next time you sign in by single sign-on, with this
            address.
          </p>
        )}
        <Button type="submit" variant="primary" className="w-full" busy={setUp.isPending}>
          Create administrator
        </Button>
      </form>
    </Entrance>
  );
}
