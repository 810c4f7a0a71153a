// An answer's Markdown while it grows: blocks that are finished are drawn once, only the last one is read again, and the longer
// that is, the less often. So the ten-thousandth token costs what the tenth did.
import { lazy, memo, Suspense, useRef } from 'react';
import { CodeBlock } from '../../../ui/code-block.tsx';
import { advanceBlocks, type Blocks, noBlocks } from './blocks.ts';
import { usePaced } from './paced.ts';

const RichText = lazy(() => import('./rich-text.tsx'));

export interface StreamedTextProps {
  readonly text: string;
  readonly streaming: boolean;
}

export function StreamedText({ text, streaming }: StreamedTextProps) {
  const known = useRef<{ readonly text: string; readonly blocks: Blocks }>({ text: '', blocks: noBlocks });
  if (known.current.text !== text) {
    // A text that was rewritten begins anew.
    const before = text.startsWith(known.current.text) ? known.current.blocks : noBlocks;
    known.current = { text, blocks: advanceBlocks(before, text) };
  }
  const { finished, upTo } = known.current.blocks;
  const tail = text.slice(upTo);
  return (
    <div className="break-words leading-relaxed">
      {finished.map((block, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: blocks are only ever added
        <Block key={at} text={block} />
      ))}
      {tail === '' ? null : <Tail key={finished.length} text={tail} streaming={streaming} />}
    </div>
  );
}

const Block = memo(function Block({ text }: { readonly text: string }) {
  return (
    <Suspense fallback={<p className="my-2 whitespace-pre-wrap">{text}</p>}>
      <div className="my-2 first:mt-0 last:mb-0">
        <RichText text={text} />
      </div>
    </Suspense>
  );
});

const openFence = /^ {0,3}(`{3,}|~{3,})([^\n]*)\n/;

function Tail({ text, streaming }: StreamedTextProps) {
  const paced = usePaced(text, streaming ? intervalFor(text.length) : 0);
  // A fence that is still open needs no parser, however long it gets.
  const [line, mark, name = ''] = (streaming ? openFence.exec(text) : undefined) ?? [];
  if (line !== undefined && mark !== undefined && !text.slice(line.length).includes(`\n${mark}`)) {
    return <CodeBlock title={name.trim() || 'Code'} code={text.slice(line.length)} className="my-3" />;
  }
  return <Block text={paced} />;
}

/** Ms between two readings of a block of so many characters. */
function intervalFor(length: number): number {
  if (length < 1_000) return 0;
  return length < 6_000 ? 80 : 300;
}
