// A lane before the first message: what the model can be asked, and a few ways to begin.
import { MessagesSquare } from 'lucide-react';
import type { PlaygroundModel } from '../../../api/contract.ts';
import { Button } from '../../../ui/button.tsx';
import { usePlaygroundView } from './context.ts';
import { abilityWords } from './model-words.ts';

const examples = [
  'Explain what an LLM gateway does, in three sentences.',
  'Write a haiku about a toll booth at night.',
  'Compare SQLite and PostgreSQL in a table.',
] as const;

export function LaneEmpty({
  model,
  name,
}: {
  readonly model: PlaygroundModel | undefined;
  readonly name: string;
}) {
  const { playground, closed } = usePlaygroundView();
  return (
    <div className="flex flex-col items-center px-4 py-12 text-center">
      <MessagesSquare size={22} aria-hidden="true" className="mb-3 text-faint" />
      <p className="font-medium">Ask {name || 'a model'} something</p>
      <p className="mt-1 max-w-md text-muted text-sm">
        Your messages take the same way as those of your code: with a key of yours, under its limits, and into
        the ledger.{model ? ` This model takes ${abilityWords(model)}.` : ''}
      </p>
      <ul className="mt-4 flex max-w-xl flex-col items-stretch gap-2">
        {examples.map((example) => (
          <li key={example}>
            <Button
              className="h-auto w-full justify-start whitespace-normal py-1.5 text-left font-normal"
              disabled={closed !== undefined || name === ''}
              onClick={() => playground.send(example, [])}
            >
              {example}
            </Button>
          </li>
        ))}
      </ul>
    </div>
  );
}
