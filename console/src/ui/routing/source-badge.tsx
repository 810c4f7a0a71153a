// Where a provider or a model was configured, as a badge and as a sentence of where to change it.
import { FileCode2 } from 'lucide-react';
import type { Model } from '../../api/contract.ts';
import { Badge } from '../badge.tsx';
import { Code } from '../code-block.tsx';

type Origin = Pick<Model, 'source' | 'place'>;

export function SourceBadge({ origin }: { readonly origin: Origin }) {
  const { source, place } = origin;
  switch (source) {
    case 'config':
      return (
        <Badge title={placeWords(place)}>{place ? `${place.file}:${place.line}` : 'tollgate.yaml'}</Badge>
      );
    case 'environment':
      return <Badge title="Its key is a variable of the gateway's environment.">environment</Badge>;
    case 'built-in':
      return <Badge title="It came with the gateway.">built in</Badge>;
    default:
      return null;
  }
}

const placeWords = (place: Origin['place']) =>
  place
    ? `It stands in ${place.file}, line ${place.line}, and is changed there.`
    : 'It stands in tollgate.yaml.';

interface ReadOnlyNoteProps {
  readonly origin: Origin;
  /** `provider` */
  readonly what: string;
  /** In the place of the sentence for what came with the gateway. */
  readonly builtIn: string;
}

/** In the place of the buttons that change it; nothing for what was made here. */
export function ReadOnlyNote({ origin, what, builtIn }: ReadOnlyNoteProps) {
  if (origin.source === 'admin') return null;
  return (
    <div className="mb-5 flex items-start gap-2.5 rounded-lg border border-line bg-surface px-4 py-3 text-muted text-sm">
      <FileCode2 size={16} aria-hidden="true" className="mt-0.5 shrink-0 text-faint" />
      <p className="min-w-0 break-words">
        {origin.source === 'config' ? (
          <>
            This {what} stands in{' '}
            <Code>{origin.place ? `${origin.place.file}:${origin.place.line}` : 'tollgate.yaml'}</Code>.
            Change it there: the gateway takes the file over within two seconds, without a restart.
          </>
        ) : origin.source === 'environment' ? (
          <>
            This {what} is there because its key is in the environment of the gateway. Change the variable and
            restart, or define it in <Code>tollgate.yaml</Code>.
          </>
        ) : (
          builtIn
        )}
      </p>
    </div>
  );
}
