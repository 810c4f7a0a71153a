// Why there is no answer, or only a part of one: the gateway's own words, the code, and what to do.
import { CircleAlert, RotateCcw } from 'lucide-react';
import { Button } from '../../../ui/button.tsx';
import { adviceFor } from '../conversation/words.ts';
import type { AnswerError } from '../stream/answer.ts';

export interface AnswerErrorNoteProps {
  readonly error: AnswerError;
  readonly requestId: string | undefined;
  readonly onRetry: (() => void) | undefined;
}

export function AnswerErrorNote({ error, requestId, onRetry }: AnswerErrorNoteProps) {
  const advice = adviceFor(error);
  return (
    <div role="alert" className="my-2 rounded-md bg-bad-soft px-3 py-2 text-bad-text text-sm">
      <div className="flex items-start gap-2">
        <CircleAlert size={15} className="mt-0.5 shrink-0" aria-hidden="true" />
        <div className="min-w-0 flex-1">
          <p className="break-words">{error.message}</p>
          {advice ? <p className="mt-0.5">{advice}</p> : null}
          <p className="mt-1 break-words font-mono text-xs">
            {[error.status, error.code, error.param, requestId].filter(Boolean).join(' · ')}
          </p>
        </div>
        {onRetry ? (
          <Button size="sm" icon={<RotateCcw size={12} />} onClick={onRetry}>
            Try again
          </Button>
        ) : null}
      </div>
    </div>
  );
}
