// A real request with a new key, from the browser to the gateway's own wire; what comes back is shown, an error too.
import { Play } from 'lucide-react';
import { useState } from 'react';
import { errorOf, messageOf, unreachable } from '../../api/error.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/error-state.tsx';
import { formatDuration, plural } from '../../ui/format/quantity.ts';

interface Tried {
  readonly text: string;
  readonly tokens: number | undefined;
  readonly ms: number;
}

interface Completion {
  readonly choices?: readonly { readonly message?: { readonly content?: string | null } }[];
  readonly usage?: { readonly total_tokens?: number };
}

export function TryKey({ secret, model }: { readonly secret: string; readonly model: string }) {
  const [busy, setBusy] = useState(false);
  const [answer, setAnswer] = useState<Tried | null>(null);
  const [error, setError] = useState<unknown>(null);
  async function tryIt() {
    setBusy(true);
    setError(null);
    setAnswer(null);
    try {
      setAnswer(await ask(secret, model));
    } catch (caught) {
      setError(caught);
    } finally {
      setBusy(false);
    }
  }
  return (
    <div className="mt-3">
      <Button icon={<Play size={14} />} busy={busy} onClick={() => void tryIt()}>
        {busy ? 'Asking…' : 'Try it'}
      </Button>
      <span className="ml-2 text-faint text-xs">Sends “Say hello.” to {model} with this key.</span>
      <div aria-live="polite">
        {answer ? (
          <div className="mt-2 rounded-md border border-line bg-surface px-3 py-2">
            <p className="max-h-40 overflow-y-auto whitespace-pre-wrap break-words text-sm">
              {answer.text === '' ? (
                <span className="text-faint">The model answered with nothing.</span>
              ) : (
                answer.text
              )}
            </p>
            <p className="mt-1 text-faint text-xs">
              {formatDuration(answer.ms)}
              {answer.tokens === undefined ? '' : ` · ${plural(answer.tokens, 'token')}`} · the key works
            </p>
          </div>
        ) : null}
      </div>
      {error ? (
        <div className="mt-2">
          <ErrorNote error={new Error(messageOf(error))} />
        </div>
      ) : null}
    </div>
  );
}

async function ask(secret: string, model: string): Promise<Tried> {
  const begun = performance.now();
  const response = await fetch('/v1/chat/completions', {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    credentials: 'omit',
    body: JSON.stringify({
      model,
      messages: [{ role: 'user', content: 'Say hello.' }],
      max_completion_tokens: 200,
    }),
  }).catch(() => {
    throw unreachable();
  });
  if (!response.ok) throw await errorOf(response);
  const body = (await response.json()) as Completion;
  return {
    text: body.choices?.[0]?.message?.content ?? '',
    tokens: body.usage?.total_tokens,
    ms: performance.now() - begun,
  };
}
