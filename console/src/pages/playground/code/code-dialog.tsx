// The next request as code: what the page would send, in three languages.
import { useState } from 'react';
import { Code, CodeBlock } from '../../../ui/code-block.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { Segmented } from '../../../ui/toggle.tsx';
import { buildRequest } from '../conversation/build-request.ts';
import type { Lane, Session } from '../conversation/session.ts';
import { pathOf } from '../conversation/thread.ts';
import {
  type CodeLanguage,
  codeLanguages,
  installCommands,
  keyVariable,
  languageNames,
  toCode,
} from './to-code.ts';

export interface CodeDialogProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly session: Session;
}

export function CodeDialog({ open, onOpenChange, session }: CodeDialogProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      size="lg"
      title="Code for this conversation"
      description={
        <>
          Runs as it stands, with an API key in <Code>{keyVariable}</Code>. The playground’s own key is not in
          it.
        </>
      }
    >
      <CodeViews session={session} />
    </Dialog>
  );
}

function CodeViews({ session }: { readonly session: Session }) {
  const [language, setLanguage] = useState<CodeLanguage>('curl');
  const [laneId, setLaneId] = useState(session.lanes[0]?.id ?? '');
  const lane = session.lanes.find(({ id }) => id === laneId) ?? session.lanes[0];
  if (!lane) return null;
  const install = installCommands[language];
  return (
    <>
      <div className="mb-3 flex flex-wrap gap-3">
        <Segmented
          label="Language"
          value={language}
          options={codeLanguages.map((value) => ({ value, label: languageNames[value] }))}
          onChange={setLanguage}
        />
        {session.lanes.length > 1 ? (
          <Segmented
            label="Model"
            value={lane.id}
            options={session.lanes.map(({ id, model }) => ({ value: id, label: model }))}
            onChange={setLaneId}
          />
        ) : null}
      </div>
      <CodeBlock
        title={languageNames[language]}
        code={toCode(language, location.origin, buildRequest(lane.model, session, askedTurns(lane)))}
      />
      {install ? (
        <p className="mt-2 text-muted text-sm">
          Before: <Code>{install}</Code>
        </p>
      ) : null}
    </>
  );
}

/** Up to the last question: code that asks it gets an answer of its own. */
function askedTurns(lane: Lane) {
  const turns = pathOf(lane.thread).map(({ turn }) => turn);
  const asked = turns.findLastIndex(
    (turn) => turn.role === 'user' || turn.results.some((result) => result !== undefined),
  );
  const shown = turns.slice(0, asked + 1);
  return shown.length > 0 ? shown : [{ role: 'user', text: 'Hello!', images: [] } as const];
}
