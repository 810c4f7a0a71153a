// An answer that was asked for as JSON: indented, and compared with what was asked.
import { CircleAlert, CircleCheck } from 'lucide-react';
import { useEffect, useState } from 'react';
import { CodeBlock } from '../../../ui/code-block.tsx';
import type { JsonFormat } from '../conversation/session.ts';
import { type AnswerCheck, checkAnswer } from '../settings/check-answer.ts';

export interface JsonAnswerProps {
  readonly text: string;
  readonly format: JsonFormat;
  readonly streaming: boolean;
}

export function JsonAnswer({ text, format, streaming }: JsonAnswerProps) {
  const [check, setCheck] = useState<AnswerCheck>();
  useEffect(() => {
    if (streaming || text === '') return;
    let left = false;
    void checkAnswer(text, format).then((result) => {
      if (!left) setCheck(result);
    });
    return () => {
      left = true;
    };
  }, [text, format, streaming]);
  const found = streaming ? undefined : check;
  return (
    <div className="my-2">
      <CodeBlock title="JSON answer" code={found?.pretty ?? text} wrap />
      {found ? <Verdict check={found} /> : null}
    </div>
  );
}

function Verdict({ check: { problems, bySchema } }: { readonly check: AnswerCheck }) {
  if (problems.length === 0) {
    return (
      <p className="mt-1.5 flex items-center gap-1.5 text-good-text text-xs">
        <CircleCheck size={13} aria-hidden="true" />
        {bySchema ? 'Matches the schema' : 'Valid JSON'}
      </p>
    );
  }
  return (
    <div className="mt-1.5 flex items-start gap-1.5 text-bad-text text-xs">
      <CircleAlert size={13} aria-hidden="true" className="mt-px shrink-0" />
      <div>
        <p>{bySchema ? 'Does not match the schema' : 'Not the JSON that was asked for'}</p>
        <ul className="list-disc pl-4">
          {problems.map((problem) => (
            <li key={problem}>{problem}</li>
          ))}
        </ul>
      </div>
    </div>
  );
}
