// What was said, where content logging kept it: read only on demand, since every look is an entry of the audit log.
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { RequestDetail } from '../../../api/contract.ts';
import { useMay } from '../../../api/session.ts';
import { Button } from '../../../ui/button.tsx';
import { Card } from '../../../ui/card.tsx';
import { Code, CodeBlock } from '../../../ui/code-block.tsx';
import { KeptContent } from '../content/kept-content.tsx';

export function ContentCard({ request }: { readonly request: RequestDetail }) {
  const [shown, setShown] = useState(false);
  return (
    <Card title="What was said">
      {request.content === 'kept' ? (
        shown ? (
          <KeptContent request={request} />
        ) : (
          <div className="flex flex-wrap items-center justify-between gap-3">
            <p className="text-muted text-sm">
              The bodies of the request and its answer are kept. Reading them is noted in the audit log.
            </p>
            <Button variant="primary" onClick={() => setShown(true)}>
              Show what was said
            </Button>
          </div>
        )
      ) : (
        <WhyNot request={request} />
      )}
    </Card>
  );
}

function WhyNot({ request }: { readonly request: RequestDetail }) {
  const admin = useMay('admin');
  if (request.content === 'forbidden') {
    return (
      <p className="text-muted text-sm">
        It is kept, and it is for administrators and the owner of the key: this key is not yours.
      </p>
    );
  }
  if (request.content === 'none') {
    return (
      <p className="text-muted text-sm">
        {request.state === 'held'
          ? 'Content logging is on. What is to be kept of this request is written when it is over.'
          : 'Content logging is on, and nothing is kept of this request: it was not to be kept by the settings of its key or of tollgate.yaml, it was deleted, or its time is over.'}
      </p>
    );
  }
  return (
    <>
      <p className="text-muted text-sm">
        Content logging is off, so prompts and answers are nowhere kept.
        {admin
          ? ' To keep them from now on, encrypted and for a few days, put this into '
          : ' An administrator can turn it on in '}
        <Code>tollgate.yaml</Code>
        {admin ? ', which is taken over at once:' : '.'}
      </p>
      {admin ? (
        <>
          <CodeBlock
            className="mt-3"
            title="tollgate.yaml"
            code={'logging:\n  content: errors   # or all, or keys\n  retention: 7d'}
          />
          <p className="mt-2 text-muted text-xs">
            <Link
              to="/keys/$id"
              params={{ id: request.key_id }}
              className="rounded text-accent-text hover:underline"
            >
              Each key
            </Link>{' '}
            can be left out of it.
          </p>
        </>
      ) : null}
    </>
  );
}
