// What is known of the chosen model, in one line beside its name; why it would not answer, where it would not.
import type { PlaygroundModel } from '../../../api/contract.ts';
import { StatusDot } from '../../../ui/badge.tsx';
import { contextWords, priceWords, stateWords } from './model-words.ts';

export function ModelFacts({ model }: { readonly model: PlaygroundModel }) {
  const { label, tone } = stateWords(model);
  const facts = [model.providers.join(', '), priceWords(model), contextWords(model)].filter(Boolean);
  return (
    <p className="flex min-w-0 items-center gap-2 text-faint text-xs" title={model.reason ?? undefined}>
      {model.state === 'ready' ? null : (
        <StatusDot tone={tone} live={model.state === 'loading'}>
          <span className="text-muted text-xs">{label}</span>
        </StatusDot>
      )}
      <span className="truncate">{model.reason ?? facts.join(' · ')}</span>
    </p>
  );
}
