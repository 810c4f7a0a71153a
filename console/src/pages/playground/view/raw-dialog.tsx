// What was sent and what came, as it was: for whoever builds against the API.
import { useState } from 'react';
import { CodeBlock } from '../../../ui/code-block.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { Segmented } from '../../../ui/toggle.tsx';
import type { RawExchange } from '../state/live-answers.ts';
import type { Answer } from '../stream/answer.ts';

export interface RawDialogProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly exchange: RawExchange;
  readonly answer: Answer;
}

const views = [
  { value: 'request', label: 'Request' },
  { value: 'events', label: 'Events' },
] as const;

/** Beyond this a browser takes seconds to draw it; all of it is copied. */
const mostEvents = 2_000;

export function RawDialog({ open, onOpenChange, exchange, answer }: RawDialogProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      size="lg"
      title="Request and events"
      description={[answer.requestId, answer.servedBy && `served by ${answer.servedBy}`]
        .filter(Boolean)
        .join(' · ')}
    >
      <RawViews exchange={exchange} />
    </Dialog>
  );
}

function RawViews({ exchange: { request, events } }: { readonly exchange: RawExchange }) {
  const [view, setView] = useState<(typeof views)[number]['value']>('request');
  const shown = events.slice(0, mostEvents);
  return (
    <>
      <Segmented label="What to show" value={view} options={views} onChange={setView} className="mb-3" />
      {view === 'request' ? (
        <CodeBlock title="POST /v1/chat/completions" code={JSON.stringify(request, shorten, 2)} />
      ) : (
        <>
          <CodeBlock
            title={`${events.length} events`}
            wrap
            code={shown.map(({ atMs, text }) => `${stamp(atMs)}  ${text}`).join('\n')}
          />
          {events.length > shown.length ? (
            <p className="mt-2 text-faint text-xs">The first {mostEvents} of them.</p>
          ) : null}
        </>
      )}
    </>
  );
}

function stamp(atMs: number): string {
  return `+${(atMs / 1000).toFixed(3)}s`.padStart(9);
}

/** An image would be megabytes of letters. */
function shorten(_name: string, value: unknown): unknown {
  return typeof value === 'string' && value.startsWith('data:') && value.length > 120
    ? `${value.slice(0, 60)}… (${value.length} characters)`
    : value;
}
