// A gateway that has served nothing yet: the shortest way to a first answer, in the place of empty charts.
import { useQuery } from '@tanstack/react-query';
import { KeyRound, MessagesSquare, Plug } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Key, ListOf, Model } from '../../api/contract.ts';
import { resource } from '../../api/queries.ts';
import { useMay } from '../../api/session.ts';
import { ButtonLink } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { CodeBlock } from '../../ui/code-block.tsx';

export function GetStarted({ keys }: { readonly keys: readonly Key[] | undefined }) {
  const models = useQuery<ListOf<Model>>(resource<ListOf<Model>>('/models'));
  const maySend = useMay('member');
  const mayChange = useMay('admin');
  const model = models.data?.data[0]?.name ?? 'gpt-5.1';
  const preview = keys?.find(({ status }) => status === 'active')?.preview;
  return (
    <div className="space-y-4" data-loaded={models.data !== undefined}>
      <Card
        title="Send the first request"
        description="Nothing has been used yet. What each request costs, and how fast it is, appears here."
      >
        <CodeBlock title="curl" code={curl(window.location.origin, model)} />
        <p className="mt-3 text-muted text-sm">
          {preview
            ? `Put your API key in the place of the dots; there is one already: ${preview}. Its secret was shown when it was made.`
            : 'Make an API key first and put it in the place of the dots.'}
        </p>
      </Card>
      <div className="grid gap-3 md:grid-cols-3">
        <Way
          icon={<MessagesSquare size={18} />}
          title="Try it here"
          text={`Talk to ${model} in the playground, with time and cost beside each answer.`}
          action={maySend ? <ButtonLink to="/playground">Open the playground</ButtonLink> : null}
        />
        <Way
          icon={<KeyRound size={18} />}
          title="Give out keys"
          text="One for each application, with models, limits and an end of its own."
          action={<ButtonLink to="/keys">{maySend ? 'Create an API key' : 'See API keys'}</ButtonLink>}
        />
        <Way
          icon={<Plug size={18} />}
          title="Add a provider"
          text="OpenAI, Anthropic, Gemini, a server of your own: clients go on calling this gateway."
          action={<ButtonLink to="/providers">{mayChange ? 'Add a provider' : 'See providers'}</ButtonLink>}
        />
      </div>
    </div>
  );
}

function Way(props: {
  readonly icon: ReactNode;
  readonly title: string;
  readonly text: string;
  readonly action: ReactNode;
}) {
  return (
    <section className="flex flex-col rounded-lg border border-line bg-surface p-4">
      <span aria-hidden="true" className="text-accent-text">
        {props.icon}
      </span>
      <h2 className="mt-2 font-semibold">{props.title}</h2>
      <p className="mt-0.5 mb-3 text-muted text-sm">{props.text}</p>
      <div className="mt-auto">{props.action}</div>
    </section>
  );
}

function curl(origin: string, model: string): string {
  const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'Say hello.' }] });
  return `curl ${origin}/v1/chat/completions \\
  -H "Authorization: Bearer sk-tg-…" \\
  -H "Content-Type: application/json" \\
  -d '${body}'`;
}
