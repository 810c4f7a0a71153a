// What went wrong and what to do about it, in the words of the error catalogue.
import { CircleAlert } from 'lucide-react';
import type { RequestDetail } from '../../../api/contract.ts';
import { cx } from '../../../ui/class-names.ts';
import { Code } from '../../../ui/code-block.tsx';
import { statusOf } from '../../../ui/request-status.ts';

export function ErrorHelp({ request }: { readonly request: RequestDetail }) {
  const help = request.help.find(({ code }) => code === request.error);
  const { tone } = statusOf(request);
  return (
    <section
      aria-label="What went wrong"
      className={cx(
        'flex items-start gap-2.5 rounded-lg px-4 py-3 text-sm',
        tone === 'warn' ? 'bg-warn-soft text-warn-text' : 'bg-bad-soft text-bad-text',
      )}
    >
      <CircleAlert size={16} aria-hidden="true" className="mt-0.5 shrink-0" />
      <div className="min-w-0">
        <p className="break-words font-medium">
          {help?.meaning ?? 'This code is not in the error catalogue of this version.'}
        </p>
        {help ? <p className="mt-0.5 break-words">{plain(help.remedy)}</p> : null}
        <p className="mt-1.5 text-xs">
          <Code className="text-ink">{request.error}</Code>
        </p>
      </div>
    </section>
  );
}

/** The catalogue is Markdown, of which it uses the marks for code alone. */
function plain(text: string): string {
  return text.replaceAll('`', '');
}
