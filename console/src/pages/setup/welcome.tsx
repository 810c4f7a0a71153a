// Right after set-up: the first key, shown once, and the first request with it.
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { api } from '../../api/client.ts';
import type { KeyWithSecret } from '../../api/contract.ts';
import { useSession } from '../../api/session.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Entrance } from '../../ui/entrance.tsx';
import { ErrorNote } from '../../ui/error-state.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { FirstRequest } from './first-request.tsx';

export function Welcome() {
  const name = useSession()?.member.name;
  const key = useMutation({
    mutationFn: () => api.post<KeyWithSecret>('/keys', { name: 'My first key' }),
  });
  const { mutate } = key;
  const made = useRef(false);
  const [answered, setAnswered] = useState(false);
  const [copied, setCopied] = useState(false);
  const [asking, setAsking] = useState(false);
  const navigate = useNavigate();
  const leave = () => void navigate({ to: '/' });
  useEffect(() => {
    if (made.current) return;
    made.current = true;
    mutate();
  }, [mutate]);
  return (
    <Entrance
      wide
      title={name ? `Welcome, ${name}` : 'Welcome'}
      description="You are signed in. Here is an API key, and a request to try it with."
    >
      <Card
        title="Your API key"
        description="Shown now and never again: the gateway keeps its hash only. Copy it to where your program finds it."
      >
        {key.error ? (
          <>
            <ErrorNote error={key.error} />
            <Button className="mt-3" onClick={() => mutate()}>
              Try again
            </Button>
          </>
        ) : key.data ? (
          <div className="flex items-center gap-2">
            <code
              data-testid="first-key"
              onCopy={() => setCopied(true)}
              className="min-w-0 flex-1 break-all rounded-md border border-line bg-sunken px-3 py-2 font-mono text-sm"
            >
              {key.data.key}
            </code>
            <CopyButton
              text={key.data.key}
              label="Copy key"
              labelled
              size="md"
              onCopied={() => setCopied(true)}
            />
          </div>
        ) : (
          <Skeleton className="h-10 w-full" />
        )}
      </Card>
      {key.data ? (
        <FirstRequest apiKey={key.data.key} onAnswered={() => setAnswered(true)} />
      ) : (
        <Skeleton className="h-64 w-full" />
      )}
      <div className="flex items-center justify-between gap-3">
        <p className="text-muted text-sm">The key that the first start printed works too.</p>
        <Button
          variant={answered ? 'primary' : 'secondary'}
          onClick={() => (key.data && !copied ? setAsking(true) : leave())}
        >
          Go to the console
        </Button>
      </div>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title="The key was not copied"
        action="Go on without it"
        harmless
        onConfirm={leave}
      >
        It is shown on this page only. Without it you make another one under API keys whenever you need one.
      </ConfirmDialog>
    </Entrance>
  );
}
