// The content of an answer, whatever it is made of.
import type { JsonFormat, ToolResults } from '../conversation/session.ts';
import { StreamedText } from '../markdown/streamed-text.tsx';
import type { Answer } from '../stream/answer.ts';
import { JsonAnswer } from './json-answer.tsx';
import { Reasoning } from './reasoning.tsx';
import { ToolCallCard } from './tool-call.tsx';

export interface AnswerBodyProps {
  readonly answer: Answer;
  readonly results: ToolResults;
  /** The JSON that was asked for; absent = text. */
  readonly format: JsonFormat | undefined;
  readonly running: boolean;
  readonly reasoningMs: number | undefined;
  readonly onResult: ((at: number, result: string | undefined) => void) | undefined;
}

export function AnswerBody({ answer, results, format, running, reasoningMs, onResult }: AnswerBodyProps) {
  const { text, reasoning, refusal, toolCalls } = answer;
  const nothing = text === '' && refusal === '' && toolCalls.length === 0;
  const json = format && /^\s*[[{]/.test(text) ? format : undefined;
  return (
    <>
      {reasoning === '' ? null : (
        <Reasoning text={reasoning} thinking={running && nothing} ms={reasoningMs} />
      )}
      {text === '' ? null : json ? (
        <JsonAnswer text={text} format={json} streaming={running} />
      ) : (
        <StreamedText text={text} streaming={running} />
      )}
      {refusal === '' ? null : <p className="text-muted italic">{refusal}</p>}
      {toolCalls.map((call, at) => (
        <ToolCallCard
          // biome-ignore lint/suspicious/noArrayIndexKey: calls are only ever added, and their ids may come late
          key={at}
          call={call}
          streaming={running}
          result={results[at]}
          onResult={onResult ? (result) => onResult(at, result) : undefined}
        />
      ))}
      {nothing && !running && reasoning === '' && answer.status === 'done' ? (
        <p className="text-faint">The answer is empty.</p>
      ) : null}
      {nothing && running && reasoning === '' ? (
        <span aria-hidden="true" className="inline-block h-4 w-2 animate-wait rounded-sm bg-line-strong" />
      ) : null}
    </>
  );
}
