// The first request, sent from here with the new key: it streams as it would anywhere, and its cost is read from the ledger.
import { useQuery } from '@tanstack/react-query';
import { Send, Square } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { ConfigState, PlaygroundModel, PlaygroundModels } from '../../api/contract.ts';
import { resource } from '../../api/queries.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { CodeBlock } from '../../ui/code-block.tsx';
import { ErrorNote } from '../../ui/error-state.tsx';
import { Field } from '../../ui/field.tsx';
import { Input, Select } from '../../ui/input.tsx';
import { type ChatProgress, streamChat } from './chat-stream.ts';
import { Figures } from './figures.tsx';
import { ModelReadiness } from './model-readiness.tsx';

interface FirstRequestProps {
  readonly apiKey: string;
  readonly onAnswered: () => void;
}

export function FirstRequest({ apiKey, onAnswered }: FirstRequestProps) {
  const models = useQuery({ ...resource<PlaygroundModels>('/playground/models'), refetchInterval: 1500 }).data
    ?.data;
  const engine = useQuery({ ...resource<ConfigState>('/config'), refetchInterval: 1500 }).data?.engine;
  const [chosen, setChosen] = useState<string>();
  const [prompt, setPrompt] = useState('Please introduce yourself in two sentences.');
  const model = models?.find(({ name }) => name === chosen) ?? bestOf(models ?? []);
  const { send, stop, progress, error, running } = useRequest(apiKey, onAnswered);
  const body = { model: model?.name ?? '', messages: [{ role: 'user', content: prompt }] };
  return (
    <Card title="Your first request" description="With that key, to this gateway’s own endpoint.">
      <form
        className="space-y-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (!running) void send(body);
        }}
      >
        <div className="grid gap-3 sm:grid-cols-[12rem_1fr]">
          <Field label="Model">
            {(control) => (
              <Select
                {...control}
                value={model?.name ?? ''}
                onChange={(event) => setChosen(event.target.value)}
              >
                {(models ?? []).map(({ name }) => (
                  <option key={name}>{name}</option>
                ))}
              </Select>
            )}
          </Field>
          <Field label="Message">
            {(control) => (
              <Input
                {...control}
                required
                value={prompt}
                onChange={(event) => setPrompt(event.target.value)}
              />
            )}
          </Field>
        </div>
        <div className="flex flex-wrap items-center justify-between gap-3">
          <div className="min-h-5 min-w-0 flex-1">
            {models ? <ModelReadiness model={model} engine={engine} /> : null}
          </div>
          {running ? (
            <Button icon={<Square size={13} />} onClick={stop}>
              Stop
            </Button>
          ) : (
            <Button
              type="submit"
              variant="primary"
              icon={<Send size={14} />}
              disabled={model === undefined || model.state === 'loading'}
            >
              {progress ? 'Send again' : 'Send'}
            </Button>
          )}
        </div>
      </form>
      <Answer progress={progress} running={running} />
      {error ? <ErrorNote error={error} className="mt-3" /> : null}
      {progress ? <Figures progress={progress} /> : null}
      <CodeBlock className="mt-4" title="The same with curl" code={curl(apiKey, body)} />
    </Card>
  );
}

/** One that answers now, else one that soon will, else any that has a price. */
function bestOf(models: readonly PlaygroundModel[]): PlaygroundModel | undefined {
  const order = ['ready', 'loading', 'circuit_open', 'unavailable', 'unpriced'] as const;
  return order
    .map((state) => models.find((model) => model.state === state))
    .find((model) => model !== undefined);
}

function useRequest(apiKey: string, onAnswered: () => void) {
  const [progress, setProgress] = useState<ChatProgress>();
  const [error, setError] = useState<Error>();
  const [running, setRunning] = useState(false);
  const current = useRef<AbortController>(undefined);
  useEffect(() => () => current.current?.abort(), []);
  const send = async (body: Readonly<Record<string, unknown>>) => {
    const abort = new AbortController();
    current.current = abort;
    setError(undefined);
    setProgress(undefined);
    setRunning(true);
    try {
      await streamChat({ apiKey, body, signal: abort.signal, onProgress: setProgress });
      onAnswered();
    } catch (thrown) {
      if (!abort.signal.aborted) setError(thrown instanceof Error ? thrown : new Error(String(thrown)));
    } finally {
      setRunning(false);
    }
  };
  return { send, stop: () => current.current?.abort(), progress, error, running };
}

interface AnswerProps {
  readonly progress: ChatProgress | undefined;
  readonly running: boolean;
}

function Answer({ progress, running }: AnswerProps) {
  return (
    <section
      aria-label="Answer"
      aria-live="polite"
      aria-busy={running}
      className="mt-4 min-h-24 whitespace-pre-wrap break-words rounded-md border border-line bg-sunken px-3.5 py-3 text-sm"
    >
      {progress?.reasoning ? <p className="mb-2 text-faint text-xs">{progress.reasoning}</p> : null}
      {progress?.text}
      {running ? (
        <span
          aria-hidden="true"
          className="ml-0.5 inline-block h-4 w-1.5 animate-wait bg-accent align-text-bottom"
        />
      ) : null}
      {progress || running ? null : (
        <span className="text-faint">The answer appears here, as it is written.</span>
      )}
    </section>
  );
}

/** With the key itself, which stands above: it is to work when it is pasted. */
function curl(apiKey: string, body: object): string {
  const json = JSON.stringify({ ...body, stream: true }).replaceAll("'", "'\\''");
  return [
    `curl ${location.origin}/v1/chat/completions \\`,
    `  -H "Authorization: Bearer ${apiKey}" \\`,
    '  -H "Content-Type: application/json" \\',
    `  -d '${json}'`,
  ].join('\n');
}
