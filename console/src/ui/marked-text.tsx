// A sentence of the gateway: what stands between backticks in it is code.
import { Code } from './code-block.tsx';

export function MarkedText({ text }: { readonly text: string }) {
  const parts = text.split('`');
  // An odd one out is a backtick and no mark.
  if (parts.length % 2 === 0) return <>{text}</>;
  return (
    <>
      {parts.map((part, index) =>
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one sentence stand in their order
        index % 2 === 0 ? part : <Code key={index}>{part}</Code>,
      )}
    </>
  );
}
