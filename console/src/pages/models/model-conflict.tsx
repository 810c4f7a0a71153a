// A model that somebody else saved while it was edited here: their values beside yours.
import type { Model, NewModel } from '../../api/contract.ts';
import { ConflictDialog } from '../../ui/conflict-dialog.tsx';
import { routeWords } from './model-draft.ts';

interface ModelConflictProps {
  readonly theirs: Model;
  readonly mine: Omit<NewModel, 'name'>;
  readonly busy: boolean;
  readonly onTakeTheirs: () => void;
  readonly onSaveYours: () => void;
}

const names: readonly (readonly [keyof Omit<NewModel, 'name' | 'route'>, string])[] = [
  ['strategy', 'Strategy'],
  ['context_window', 'Context window'],
  ['max_output_tokens', 'Most output tokens'],
  ['retry', 'Retries'],
  ['hedge', 'Hedge'],
  ['on_stream_failure', 'When a stream breaks off'],
  ['timeouts', 'Time limits'],
];

export function ModelConflict({ theirs, mine, ...rest }: ModelConflictProps) {
  const stored = theirs.entry ?? { route: [] };
  const field = (name: string, theirWords: string, yourWords: string) => ({
    name,
    theirs: theirWords || 'default',
    yours: yourWords || 'default',
    differs: theirWords !== yourWords,
  });
  return (
    <ConflictDialog
      open
      what={`The model “${theirs.name}”`}
      fields={[
        field('Route', routeWords(stored.route), routeWords(mine.route)),
        ...names.map(([key, name]) => field(name, wordsOf(stored[key]), wordsOf(mine[key]))),
      ]}
      {...rest}
    />
  );
}

function wordsOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'object') return String(value);
  return Object.entries(value)
    .map(([key, each]) => `${key} ${String(each)}`)
    .join(', ');
}
