// One block of Markdown as elements. Markup in the text stays text, links open apart and tell nobody where they were, images are
// named but not fetched: whatever a model writes, nothing is loaded from elsewhere. A chunk of its own, with its parser.
import { ImageOff } from 'lucide-react';
import type { ReactNode } from 'react';
import Markdown, { type Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { CodeBlock } from '../../../ui/code-block.tsx';
import { scrollsByKeyboard } from '../../../ui/scroll-region.ts';

export default function RichText({ text }: { readonly text: string }) {
  return (
    <Markdown remarkPlugins={plugins} components={components}>
      {text}
    </Markdown>
  );
}

const plugins = [remarkGfm];

const components: Components = {
  // Whatever leads nowhere outside would be a link to this page.
  a: ({ href = '', children }) =>
    /^(?:https?:\/\/|mailto:)/i.test(href) ? (
      <a
        href={href}
        target="_blank"
        rel="noopener noreferrer nofollow"
        className="text-accent-text underline underline-offset-2"
      >
        {children}
      </a>
    ) : (
      <span>{children}</span>
    ),
  img: ({ alt }) => (
    <span className="inline-flex items-center gap-1 rounded bg-sunken px-1.5 py-0.5 text-muted text-xs">
      <ImageOff size={12} aria-hidden="true" />
      {alt ? `Image: ${alt}` : 'Image'} (not loaded)
    </span>
  ),
  pre: ({ node }) => {
    const code = node?.children[0];
    const classes = code?.type === 'element' ? code.properties.className : undefined;
    const name = Array.isArray(classes) ? String(classes[0] ?? '').replace(/^language-/, '') : '';
    return <CodeBlock title={name || 'Code'} code={textOf(code).replace(/\n$/, '')} className="my-3" />;
  },
  code: ({ children }) => (
    <code className="rounded bg-sunken px-1 py-0.5 font-mono text-[0.92em]">{children}</code>
  ),
  p: ({ children }) => <p className="my-2 first:mt-0 last:mb-0">{children}</p>,
  ul: ({ children }) => <ul className="my-2 list-disc space-y-1 pl-6">{children}</ul>,
  ol: ({ children, start }) => (
    <ol start={start} className="my-2 list-decimal space-y-1 pl-6">
      {children}
    </ol>
  ),
  blockquote: ({ children }) => (
    <blockquote className="my-2 border-line-strong border-l-2 pl-3 text-muted">{children}</blockquote>
  ),
  hr: () => <hr className="my-4 border-line" />,
  h1: ({ children }) => <Heading>{children}</Heading>,
  h2: ({ children }) => <Heading>{children}</Heading>,
  h3: ({ children }) => <Heading>{children}</Heading>,
  h4: ({ children }) => <Heading small>{children}</Heading>,
  h5: ({ children }) => <Heading small>{children}</Heading>,
  h6: ({ children }) => <Heading small>{children}</Heading>,
  table: ({ children }) => (
    <section {...scrollsByKeyboard} aria-label="Table" className="my-3 overflow-x-auto">
      <table className="border-collapse text-sm">{children}</table>
    </section>
  ),
  th: ({ children, style }) => (
    <th
      className="border border-line bg-sunken px-2.5 py-1 text-left font-medium"
      style={style?.textAlign ? { textAlign: style.textAlign } : undefined}
    >
      {children}
    </th>
  ),
  td: ({ children, style }) => (
    <td
      className="border border-line px-2.5 py-1"
      style={style?.textAlign ? { textAlign: style.textAlign } : undefined}
    >
      {children}
    </td>
  ),
};

/** A model's headings are within its answer: they must not stand among those of the page. */
function Heading({ children, small = false }: { readonly children: ReactNode; readonly small?: boolean }) {
  return (
    <p
      className={
        small ? 'mt-3 mb-1 font-semibold first:mt-0' : 'mt-4 mb-1.5 font-semibold text-lg first:mt-0'
      }
    >
      {children}
    </p>
  );
}

interface Element {
  readonly type: string;
  readonly value?: string;
  readonly children?: readonly unknown[];
}

function textOf(node: unknown): string {
  const { type, value = '', children = [] } = (node ?? {}) as Element;
  return type === 'text' ? value : children.map(textOf).join('');
}
