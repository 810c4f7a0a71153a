// A model's answer in a lane: thoughts, text, calls, how it ended, what it cost.
import { ArrowRight } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Badge } from '../../../ui/badge.tsx';
import { Button } from '../../../ui/button.tsx';
import { useToast } from '../../../ui/toast.tsx';
import type { AssistantTurn, Lane } from '../conversation/session.ts';
import { versionOf } from '../conversation/thread.ts';
import { statusWords } from '../conversation/words.ts';
import { estimatePrompt } from '../cost/estimate-tokens.ts';
import { figuresOf } from '../cost/figures.ts';
import { readRates } from '../cost/rates.ts';
import { answerCall, removeTurn, rewriteTurn, showVersion } from '../state/conversations.ts';
import { AnswerBody } from './answer-body.tsx';
import { AnswerErrorNote } from './answer-error.tsx';
import { useModel, usePlaygroundView } from './context.ts';
import { EditTurn } from './edit-turn.tsx';
import { FiguresLine } from './figures-line.tsx';
import { RawDialog } from './raw-dialog.tsx';
import { actionsClass, TurnActions } from './turn-actions.tsx';
import { useAnswer, useTicks } from './use-answer.ts';

export interface AssistantTurnViewProps {
  readonly lane: Lane;
  readonly nodeId: string;
  readonly turn: AssistantTurn;
  readonly busy: boolean;
  /** Nothing follows it. */
  readonly last: boolean;
}

export function AssistantTurnView({ lane, nodeId, turn, busy, last }: AssistantTurnViewProps) {
  const { playground, closed } = usePlaygroundView();
  const toast = useToast();
  const model = useModel(turn.model);
  const { answer, running } = useAnswer(nodeId, turn, busy);
  const now = useTicks(running);
  const [editing, setEditing] = useState(false);
  const [raw, setRaw] = useState(false);
  const rates = useMemo(() => (model?.price ? readRates(model.price.terms) : undefined), [model]);
  const exchange = playground.live.raw(nodeId);
  const promptTokens = useMemo(() => estimatePrompt(exchange?.request.messages ?? []), [exchange]);
  const figures = figuresOf(answer, now, { promptTokens, rates, charge: turn.charge });
  const measured = answer.startedAt > 0 && (answer.firstTokenAt !== undefined || running);
  const open = turn.answer.toolCalls.filter((_, at) => turn.results[at] === undefined).length;
  const again = busy || closed !== undefined ? undefined : () => playground.regenerate(lane.id, nodeId);

  const remove = () => {
    const before = playground.session.get();
    playground.update((session) => removeTurn(session, lane.id, nodeId));
    toast({ title: 'Answer deleted', action: { label: 'Undo', run: () => playground.update(() => before) } });
  };

  return (
    <article aria-label={`${turn.model} answered`} aria-busy={running} className="group py-2">
      <header className="mb-1.5 flex flex-wrap items-center gap-2">
        <span className="truncate font-mono text-muted text-xs">{turn.model}</span>
        <Badge tone={toneOf(answer.status, answer.finishReason)}>{statusWords(answer, open)}</Badge>
        {turn.edited ? <Badge>Edited</Badge> : null}
        {answer.droppedParams ? (
          <Badge tone="warn" title="The provider does not take these parameters, so they were not sent on.">
            Ignored: {answer.droppedParams}
          </Badge>
        ) : null}
      </header>
      {editing ? (
        <EditTurn
          what="answer"
          text={answer.text}
          onCancel={() => setEditing(false)}
          onSave={(text) => {
            setEditing(false);
            playground.update((session) => rewriteTurn(session, lane.id, nodeId, text));
          }}
        />
      ) : (
        <AnswerBody
          answer={answer}
          results={turn.results}
          format={turn.format}
          running={running}
          reasoningMs={figures.reasoningMs}
          onResult={
            last && !busy
              ? (at, result) =>
                  playground.update((session) => answerCall(session, lane.id, nodeId, at, result))
              : undefined
          }
        />
      )}
      {answer.error ? (
        <AnswerErrorNote error={answer.error} requestId={answer.requestId} onRetry={again} />
      ) : null}
      {last && !running && answer.toolCalls.length > 0 ? (
        <div className="my-2 flex items-center gap-3">
          <Button
            variant="primary"
            size="sm"
            icon={<ArrowRight size={13} />}
            disabled={open > 0 || again === undefined}
            onClick={() => playground.proceed(lane.id, nodeId)}
          >
            Send results
          </Button>
          {open > 0 ? (
            <span className="text-faint text-xs">
              {open === 1 ? 'One call waits' : `${open} calls wait`} for a result.
            </span>
          ) : null}
        </div>
      ) : null}
      <footer className="mt-2 flex min-h-7 flex-wrap items-center justify-between gap-x-4 gap-y-1">
        {measured ? (
          <FiguresLine
            figures={figures}
            requestId={answer.requestId}
            unpriced={model !== undefined && rates === undefined}
            running={running}
          />
        ) : null}
        {running || editing ? null : (
          <div className={actionsClass}>
            <TurnActions
              what="answer"
              text={answer.text}
              version={versionOf(lane.thread, nodeId)}
              disabled={busy}
              onVersion={(by) => playground.update((session) => showVersion(session, lane.id, nodeId, by))}
              onEdit={() => setEditing(true)}
              onRegenerate={again}
              onRaw={exchange ? () => setRaw(true) : undefined}
              onDelete={remove}
            />
          </div>
        )}
      </footer>
      {exchange ? <RawDialog open={raw} onOpenChange={setRaw} exchange={exchange} answer={answer} /> : null}
    </article>
  );
}

function toneOf(status: string, finishReason: string | undefined) {
  if (status === 'failed') return 'bad';
  if (status === 'stopped' || finishReason === 'length' || finishReason === 'content_filter') return 'warn';
  return status === 'done' ? 'neutral' : 'accent';
}
