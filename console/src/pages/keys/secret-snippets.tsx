// Code for a new key, with this gateway's own address and a model the key may use; and a real request with it.
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { KeyWithSecret, ListOf, Model } from '../../api/contract.ts';
import { resource } from '../../api/queries.ts';
import { CodeBlock } from '../../ui/code-block.tsx';
import { Combobox } from '../../ui/combobox.tsx';
import { Segmented } from '../../ui/toggle.tsx';
import { type SnippetLanguage, snippet, snippetLanguages } from './snippets.ts';
import { TryKey } from './try-key.tsx';

export function SecretSnippets({ made }: { readonly made: KeyWithSecret }) {
  const [language, setLanguage] = useState<SnippetLanguage>('curl');
  const [chosen, setChosen] = useState<string | null>(null);
  const models = useQuery(resource<ListOf<Model>>('/models'));
  const allowed = models.data?.data
    .filter(({ name, price }) => price !== null && (made.models?.includes(name) ?? true))
    // Those that can answer now come first.
    .toSorted((a, b) => Number(isAvailable(b)) - Number(isAvailable(a)));
  const model = chosen ?? allowed?.[0]?.name ?? made.models?.[0];
  const label = snippetLanguages.find(({ value }) => value === language)?.label ?? language;
  return (
    <section aria-label="Use it" className="mt-5">
      <div className="mb-2 flex flex-wrap items-center justify-between gap-2">
        <Segmented label="Language" value={language} onChange={setLanguage} options={snippetLanguages} />
        <div className="w-56">
          <Combobox
            label="Model"
            placeholder="Choose a model"
            options={allowed?.map(({ name }) => ({ value: name, label: name }))}
            value={model ?? null}
            onValue={setChosen}
          />
        </div>
      </div>
      <CodeBlock
        title={label}
        code={snippet(language, { origin: location.origin, key: made.key, model: model ?? 'MODEL' })}
      />
      {model === undefined ? null : <TryKey secret={made.key} model={model} />}
    </section>
  );
}

function isAvailable({ route }: Model): boolean {
  return route.some((group) => group.some(({ unavailable }) => unavailable === null));
}
