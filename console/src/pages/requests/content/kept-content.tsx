// The bodies that were kept: as a conversation where they are one, and as they went over the wire.
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { MessagesSquare, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { api, pathOf } from '../../../api/client.ts';
import type { RequestContent, RequestDetail } from '../../../api/contract.ts';
import { useWrite } from '../../../api/queries.ts';
import { useMay } from '../../../api/session.ts';
import { Button } from '../../../ui/button.tsx';
import { CodeBlock } from '../../../ui/code-block.tsx';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { ErrorState } from '../../../ui/error-state.tsx';
import { formatBytes } from '../../../ui/format/quantity.ts';
import { Loading, Skeleton } from '../../../ui/skeleton.tsx';
import { Tabs } from '../../../ui/tabs.tsx';
import { useToast } from '../../../ui/toast.tsx';
import { TimeAgo } from '../../../ui/values.tsx';
import { ChatView } from './chat-view.tsx';
import { answerOf, errorIn, promptOf } from './conversation.ts';
import { playgroundHash } from './playground-link.ts';

export function KeptContent({ request }: { readonly request: RequestDetail }) {
  const path = pathOf`/requests/${request.id}/content`;
  const query = useQuery({
    queryKey: ['content', request.id],
    queryFn: ({ signal }) => api.get<RequestContent>(path, { signal }),
    // Each look is an entry of the audit log: one is enough, and nothing of it stays behind.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  if (query.isError) {
    return (
      <ErrorState
        error={query.error}
        title="The content could not be read"
        onRetry={() => void query.refetch()}
      />
    );
  }
  if (!query.data) {
    return (
      <>
        <Loading label="Loading the content" />
        <Skeleton className="h-40 w-full rounded-lg" />
      </>
    );
  }
  return <Shown content={query.data} request={request} />;
}

interface ShownProps {
  readonly content: RequestContent;
  readonly request: RequestDetail;
}

function Shown({ content, request }: ShownProps) {
  const [tab, setTab] = useState('conversation');
  const { prompt, answer } = content;
  const asked = promptOf(prompt.text);
  const said = answerOf(answer.text, answer.stream);
  const failure = errorIn(answer.text, answer.stream);
  return (
    <>
      <div className="mb-2 flex flex-wrap items-center justify-between gap-2">
        <p className="text-muted text-xs">
          It is deleted <TimeAgo at={content.expires_at} />. That you read it is in the audit log.
        </p>
        <div className="flex flex-wrap gap-2">
          {asked ? (
            <PlaygroundButton
              model={request.model}
              request={asked.request}
              prompt={asked.messages}
              answer={said ?? []}
            />
          ) : null}
          <DeleteButton request={request} />
        </div>
      </div>
      <Tabs
        label="What was said"
        value={tab}
        onValue={setTab}
        tabs={[
          {
            value: 'conversation',
            label: 'Conversation',
            content: asked ? (
              <>
                <Notes content={content} />
                <ChatView prompt={asked.messages} answer={said ?? []} />
                {failure === undefined ? null : (
                  <p className="mt-3 rounded-lg bg-bad-soft px-3.5 py-2.5 text-bad-text text-sm">{failure}</p>
                )}
              </>
            ) : (
              <p className="text-muted text-sm">
                {prompt.truncated
                  ? 'The request is longer than what is kept of one, so it cannot be shown as a conversation. Its beginning is under “Request”.'
                  : 'The request cannot be read as a conversation. It is under “Request” as it came.'}
              </p>
            ),
          },
          {
            value: 'request',
            label: 'Request',
            content: <Raw title="Request body" text={pretty(prompt.text)} part={prompt} />,
          },
          {
            value: 'answer',
            label: 'Answer',
            content: (
              <Raw
                title={answer.status === 0 ? 'Nothing was sent' : `Answer body, status ${answer.status}`}
                text={answer.stream ? answer.text : pretty(answer.text)}
                part={answer}
              />
            ),
          },
        ]}
      />
    </>
  );
}

function Notes({ content: { prompt, answer } }: { readonly content: RequestContent }) {
  const notes = [
    ...(prompt.media_left_out > 0 ? ['Images, sounds and files are replaced by a note of their size.'] : []),
    ...(answer.truncated ? ['The answer is longer than what is kept of one: its end is missing.'] : []),
  ];
  return notes.length === 0 ? null : <p className="mb-3 text-muted text-xs">{notes.join(' ')}</p>;
}

interface RawProps {
  readonly title: string;
  readonly text: string;
  readonly part: { readonly bytes: number; readonly truncated: boolean };
}

function Raw({ title, text, part }: RawProps) {
  const size = formatBytes(part.bytes);
  return (
    <CodeBlock wrap title={title} code={text} aside={part.truncated ? `the beginning of ${size}` : size} />
  );
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return text;
  }
}

function PlaygroundButton(said: Parameters<typeof playgroundHash>[0]) {
  const navigate = useNavigate();
  if (!useMay('member')) return null;
  return (
    <Button
      size="sm"
      icon={<MessagesSquare size={14} />}
      onClick={async () => {
        await navigate({ to: '/playground', hash: await playgroundHash(said) });
      }}
    >
      Open in playground
    </Button>
  );
}

function DeleteButton({ request }: { readonly request: RequestDetail }) {
  const [open, setOpen] = useState(false);
  const toast = useToast();
  const remove = useWrite({
    run: () => api.delete(pathOf`/requests/${request.id}/content`),
    rereads: [['requests', request.id]],
    onDone: () => {
      setOpen(false);
      toast({ title: 'The content is deleted', detail: 'The request stays in the ledger.' });
    },
  });
  return (
    <>
      <Button size="sm" icon={<Trash2 size={14} />} onClick={() => setOpen(true)}>
        Delete content
      </Button>
      <ConfirmDialog
        open={open}
        onOpenChange={setOpen}
        title="Delete what was said"
        action="Delete content"
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate()}
      >
        <p>Prompt and answer of this request are gone at once and for good. Its row of the ledger stays.</p>
      </ConfirmDialog>
    </>
  );
}
