// Another password of one's own: whoever knows the one there is may set it, and every other session ends.
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { ApiError, fieldError } from '../../api/error.ts';
import { useWrite } from '../../api/queries.ts';
import { sessionOptionsQuery } from '../../api/session.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { ErrorNote } from '../../ui/error-state.tsx';
import { Field } from '../../ui/field.tsx';
import { PasswordInput } from '../../ui/password-input.tsx';
import { useToast } from '../../ui/toast.tsx';

interface PasswordCardProps {
  readonly hasPassword: boolean;
  /** How one signed in: `sso:Okta`. */
  readonly method: string;
}

export function PasswordCard({ hasPassword, method }: PasswordCardProps) {
  const options = useQuery(sessionOptionsQuery).data;
  const provider = method.startsWith('sso:') ? method.slice(4) : undefined;
  if (options?.password_login === false || !hasPassword) {
    return (
      <Card title="Password">
        <p className="text-muted text-sm">
          {options?.password_login === false
            ? 'Passwords are turned off on this gateway. You sign in by single sign-on.'
            : `You sign in ${provider ? `with ${provider}` : 'by single sign-on'} and have no password here. An administrator can make a link to set one.`}
        </p>
      </Card>
    );
  }
  return (
    <Card title="Password" description="A new one signs you out everywhere else.">
      <PasswordForm />
    </Card>
  );
}

const empty = { current_password: '', new_password: '' };

function PasswordForm() {
  const [values, setValues] = useState(empty);
  const toast = useToast();
  const change = useWrite({
    run: (wanted: typeof empty) => api.post('/session/password', wanted),
    rereads: [['sessions']],
    onDone: () => {
      setValues(empty);
      toast({ title: 'Your password is changed', detail: 'You are signed out everywhere else.' });
    },
  });
  const { error } = change;
  const problems = {
    current: fieldError(error, 'current_password'),
    wanted: fieldError(error, 'new_password'),
  };
  const waits = error instanceof ApiError && error.status === 429;
  return (
    <form
      className="max-w-sm space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (!change.isPending) change.mutate(values);
      }}
    >
      {error && (waits || (!problems.current && !problems.wanted)) ? <ErrorNote error={error} /> : null}
      <Field label="Current password" required error={problems.current}>
        {(control) => (
          <PasswordInput
            {...control}
            required
            autoComplete="current-password"
            value={values.current_password}
            onChange={(event) => setValues({ ...values, current_password: event.target.value })}
          />
        )}
      </Field>
      <Field
        label="New password"
        required
        hint="At least 10 characters. Several words in a row are easy to remember."
        error={problems.wanted}
      >
        {(control) => (
          <PasswordInput
            {...control}
            required
            autoComplete="new-password"
            value={values.new_password}
            onChange={(event) => setValues({ ...values, new_password: event.target.value })}
          />
        )}
      </Field>
      <Button
        type="submit"
        busy={change.isPending}
        disabled={!values.current_password || !values.new_password}
      >
        Change password
      </Button>
    </form>
  );
}
