// A call of a tool: its arguments as they come, and the field in which a person plays the tool.
import { Check, Wrench } from 'lucide-react';
import { useState } from 'react';
import { Badge } from '../../../ui/badge.tsx';
import { Button } from '../../../ui/button.tsx';
import { Field } from '../../../ui/field.tsx';
import { Textarea } from '../../../ui/input.tsx';
import { scrollsByKeyboard } from '../../../ui/scroll-region.ts';
import { readJson } from '../settings/json-text.ts';
import type { ToolCall } from '../stream/answer.ts';

export interface ToolCallCardProps {
  readonly call: ToolCall;
  readonly streaming: boolean;
  readonly result: string | undefined;
  /** Absent = what follows it is there already. */
  readonly onResult?: ((result: string | undefined) => void) | undefined;
}

export function ToolCallCard({ call, streaming, result, onResult }: ToolCallCardProps) {
  const reading = call.arguments === '' ? undefined : readJson(call.arguments);
  const shown = !streaming && reading?.ok ? JSON.stringify(reading.value, null, 2) : call.arguments;
  return (
    <section aria-label={`Call of ${call.name}`} className="my-2 rounded-lg border border-line bg-surface">
      <header className="flex items-center justify-between gap-2 border-line border-b px-3 py-1.5">
        <h3 className="flex min-w-0 items-center gap-2 font-medium text-sm">
          <Wrench size={13} aria-hidden="true" className="shrink-0 text-faint" />
          <span className="truncate font-mono text-xs">{call.name || '…'}</span>
        </h3>
        {streaming ? (
          <Badge tone="accent">Writing arguments</Badge>
        ) : reading && !reading.ok ? (
          <Badge tone="bad" title={reading.message}>
            Arguments are not JSON
          </Badge>
        ) : (
          <Badge tone={result === undefined ? 'warn' : 'good'}>
            {result === undefined ? 'Waits for a result' : 'Answered'}
          </Badge>
        )}
      </header>
      <section {...scrollsByKeyboard} aria-label="Arguments" className="max-h-60 overflow-auto">
        <pre className="whitespace-pre-wrap break-words px-3 py-2 font-mono text-xs leading-5">
          {shown || (streaming ? '…' : '{}')}
        </pre>
      </section>
      {streaming ? null : <Result name={call.name} result={result} onResult={onResult} />}
    </section>
  );
}

function Result({
  name,
  result,
  onResult,
}: { readonly name: string } & Pick<ToolCallCardProps, 'result' | 'onResult'>) {
  const [text, setText] = useState(result ?? '');
  const [editing, setEditing] = useState(result === undefined);
  if (!onResult || !editing) {
    return (
      <div className="border-line border-t px-3 py-2">
        <div className="mb-1 flex items-center justify-between text-faint text-xs">
          <span>Result</span>
          {onResult ? (
            <Button size="sm" variant="ghost" onClick={() => setEditing(true)}>
              Change
            </Button>
          ) : null}
        </div>
        <pre className="max-h-60 overflow-auto whitespace-pre-wrap break-words font-mono text-xs leading-5">
          {result ?? 'None: nobody answered this call.'}
        </pre>
      </div>
    );
  }
  return (
    <form
      className="border-line border-t px-3 py-2"
      onSubmit={(event) => {
        event.preventDefault();
        onResult(text);
        setEditing(false);
      }}
    >
      <Field label={`Result of ${name}`} hint="What the tool would give back: text, or JSON.">
        {(control) => (
          <Textarea
            {...control}
            mono
            rows={3}
            value={text}
            placeholder={'{"temperature": 21}'}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' || !(event.metaKey || event.ctrlKey)) return;
              event.preventDefault();
              event.currentTarget.form?.requestSubmit();
            }}
          />
        )}
      </Field>
      <div className="mt-2 flex justify-end">
        <Button type="submit" size="sm" icon={<Check size={13} />}>
          Use this result
        </Button>
      </div>
    </form>
  );
}
