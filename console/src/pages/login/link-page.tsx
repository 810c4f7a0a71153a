// What an invitation, or a link for a new password, opens. The token is in the memory of this tab only.
import { useMutation, useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { LinkFacts, Session } from '../../api/contract.ts';
import { fieldError } from '../../api/error.ts';
import { useKeepSession } from '../../api/keep-session.ts';
import { forgetLinkToken, linkToken } from '../../api/link-token.ts';
import { sessionOptionsQuery } from '../../api/session.ts';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Entrance } from '../../ui/entrance.tsx';
import { ErrorNote } from '../../ui/error-state.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { PasswordInput } from '../../ui/password-input.tsx';
import { Loading, Skeleton } from '../../ui/skeleton.tsx';
import { Or, SsoLinks } from './sso-links.tsx';

export function LinkPage() {
  // In another entry of the history it may be gone: it is used once.
  const [token] = useState(linkToken);
  const facts = useQuery({
    queryKey: ['link', token === undefined ? 'none' : 'given'],
    queryFn: () => api.post<LinkFacts>('/session/link', { token }),
    enabled: token !== undefined,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  if (token === undefined)
    return <Unusable message="This link is not complete, or was opened before in this tab." />;
  if (facts.error) return <Unusable message={facts.error.message} />;
  if (!facts.data) {
    return (
      <Entrance title="Opening the link">
        <Loading label="Looking at the link" />
        <Skeleton className="h-32 w-full" />
      </Entrance>
    );
  }
  return <Accept token={token} facts={facts.data} />;
}

function Accept({ token, facts }: { readonly token: string; readonly facts: LinkFacts }) {
  const router = useRouter();
  const keep = useKeepSession();
  const options = useQuery(sessionOptionsQuery).data;
  const [name, setName] = useState(facts.name);
  const [password, setPassword] = useState('');
  const invited = facts.kind === 'invite';
  const accept = useMutation({
    mutationFn: () =>
      api.post<Session>('/session/link/accept', { token, password, ...(invited ? { name } : {}) }),
    onSuccess: (session) => {
      forgetLinkToken();
      keep(session);
      router.history.replace('/');
    },
  });
  const elsewhere = accept.error && !['name', 'password'].some((field) => fieldError(accept.error, field));
  return (
    <Entrance
      title={invited ? 'Join this gateway' : 'Set a new password'}
      description={
        invited ? (
          <>
            You were invited as <strong>{roleWords[facts.role]}</strong>.
          </>
        ) : (
          'You are signed out everywhere else then.'
        )
      }
    >
      {invited && options && options.sso.length > 0 ? (
        <>
          <SsoLinks providers={options.sso} next="/" />
          {options.password_login ? <Or /> : null}
        </>
      ) : null}
      {options?.password_login === false ? null : (
        <form
          className="space-y-4"
          onSubmit={(event) => {
            event.preventDefault();
            if (!accept.isPending) accept.mutate();
          }}
        >
          {elsewhere ? <ErrorNote error={accept.error} /> : null}
          <Field label="E-mail address">
            {(control) => (
              <Input {...control} type="email" autoComplete="username" readOnly value={facts.email} />
            )}
          </Field>
          {invited ? (
            <Field label="Your name" required error={fieldError(accept.error, 'name')}>
              {(control) => (
                <Input
                  {...control}
                  autoComplete="name"
                  required
                  maxLength={100}
                  value={name}
                  onChange={(event) => setName(event.target.value)}
                />
              )}
            </Field>
          ) : null}
          <Field
            label={invited ? 'Password' : 'New password'}
            required
            hint="At least 10 characters. Several words in a row are easy to remember."
            error={fieldError(accept.error, 'password')}
          >
            {(control) => (
              <PasswordInput
                {...control}
                autoComplete="new-password"
                required
                autoFocus
                value={password}
                onChange={(event) => setPassword(event.target.value)}
              />
            )}
          </Field>
          <Button type="submit" variant="primary" className="w-full" busy={accept.isPending}>
            {invited ? 'Join' : 'Set password and sign in'}
          </Button>
        </form>
      )}
    </Entrance>
  );
}

const roleWords: Readonly<Record<LinkFacts['role'], string>> = {
  admin: 'an administrator',
  member: 'a member: you see everything and have API keys of your own',
  viewer: 'a viewer: you see everything and change nothing',
};

function Unusable({ message }: { readonly message: string }) {
  return (
    <Entrance
      title="This link does not work"
      footer={
        <>
          Administrators make links on the members page. Who has none left:{' '}
          <code className="font-mono">tollgate members reset-password</code>
        </>
      }
    >
      <p role="alert" className="text-sm">
        {message}
      </p>
      <ButtonLink to="/login" variant="primary" className="mt-4 w-full">
        Sign in
      </ButtonLink>
    </Entrance>
  );
}
