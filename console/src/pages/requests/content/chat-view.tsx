// What was said, message by message: plain text as it is, so that nothing of it acts on the page.
import { Paperclip, Wrench } from 'lucide-react';
import { Badge } from '../../../ui/badge.tsx';
import type { Message } from './conversation.ts';

interface ChatViewProps {
  readonly prompt: readonly Message[];
  readonly answer: readonly Message[];
}

export function ChatView({ prompt, answer }: ChatViewProps) {
  return (
    <ol className="space-y-3">
      {[...prompt, ...answer].map((message, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: what was said does not change any more
        <li key={index}>
          <One message={message} answer={index >= prompt.length} />
        </li>
      ))}
    </ol>
  );
}

function One({ message, answer }: { readonly message: Message; readonly answer: boolean }) {
  const { role, text, reasoning, toolCalls, attachments } = message;
  return (
    <article
      className={
        answer ? 'rounded-lg border border-line bg-surface px-3.5 py-3' : 'rounded-lg bg-sunken px-3.5 py-3'
      }
    >
      <p className="mb-1.5 flex items-center gap-2">
        <Badge tone={answer ? 'accent' : 'neutral'}>{role}</Badge>
        {answer ? <span className="text-muted text-xs">the answer</span> : null}
      </p>
      {reasoning === '' ? null : (
        <details className="mb-2 text-muted text-sm">
          <summary className="rounded text-xs">Reasoning</summary>
          <p className="mt-1 whitespace-pre-wrap break-words border-line border-l-2 pl-3">{reasoning}</p>
        </details>
      )}
      {text === '' ? null : <p className="whitespace-pre-wrap break-words text-sm">{text}</p>}
      {attachments.map((attachment, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: what was said does not change any more
        <p key={index} className="mt-1.5 flex items-center gap-1.5 text-muted text-xs">
          <Paperclip size={12} aria-hidden="true" className="shrink-0" />
          <span className="min-w-0 break-all">{attachment}</span>
        </p>
      ))}
      {toolCalls.map((call, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: what was said does not change any more
        <div key={index} className="mt-1.5 text-xs">
          <p className="flex items-center gap-1.5 font-medium">
            <Wrench size={12} aria-hidden="true" className="shrink-0" />
            {call.name}
          </p>
          <pre className="mt-1 whitespace-pre-wrap break-words rounded bg-sunken px-2 py-1.5 font-mono">
            {call.arguments}
          </pre>
        </div>
      ))}
    </article>
  );
}
