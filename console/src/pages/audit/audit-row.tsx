// One change as a sentence; opened, it shows what was and what is.
import { Link } from '@tanstack/react-router';
import { ChevronRight } from 'lucide-react';
import { useId, useState } from 'react';
import type { AuditEntry } from '../../api/contract.ts';
import { cx } from '../../ui/class-names.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { ClockTime } from '../../ui/values.tsx';
import type { AuditValues } from './audit-search.ts';
import { actionWords, actorWords, targetName } from './audit-words.ts';
import { type Difference, differences } from './differences.ts';

interface AuditRowProps {
  readonly entry: AuditEntry;
  readonly onFilter: (values: AuditValues) => void;
}

export function AuditRow({ entry, onFilter }: AuditRowProps) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const { at, actor, action, target_id: targetId, before, after } = entry;
  const name = targetName(after) ?? targetName(before) ?? targetId;
  const sentence = `${actorWords(actor)} ${actionWords(action)} ${name}`;
  return (
    <li className="border-line border-b last:border-b-0">
      <div className="flex min-h-12 items-center gap-3 px-4 py-1.5 text-sm max-sm:flex-wrap max-sm:gap-y-0">
        <button
          type="button"
          aria-expanded={open}
          aria-controls={id}
          aria-label={`${open ? 'Hide' : 'Show'} what changed: ${sentence}`}
          onClick={() => setOpen(!open)}
          className="-m-1 rounded p-1 text-faint hover:text-ink"
        >
          <ChevronRight
            size={15}
            aria-hidden="true"
            className={cx('transition-transform', open && 'rotate-90')}
          />
        </button>
        <p className="min-w-0 flex-1 break-words">
          <button
            type="button"
            title="Only changes by this actor"
            onClick={() => onFilter({ actor })}
            className="rounded font-medium hover:underline"
          >
            {actorWords(actor)}
          </button>{' '}
          <span className="text-muted">{actionWords(action)}</span>{' '}
          {name === '' || name === actor || /^(session|admin_token)\./.test(action) ? null : (
            <span className="font-medium">{name}</span>
          )}
        </p>
        <span className="shrink-0 text-faint text-xs max-sm:pl-7">
          <ClockTime at={at} />
        </span>
      </div>
      {open ? (
        <div id={id} className="px-4 pb-4 sm:pl-11">
          <Changes changes={differences(before, after)} />
          <Target entry={entry} onFilter={onFilter} />
        </div>
      ) : null}
    </li>
  );
}

function Changes({ changes }: { readonly changes: readonly Difference[] }) {
  if (changes.length === 0) return <p className="text-muted text-sm">Nothing more is kept of it.</p>;
  return (
    <div className="overflow-x-auto">
      <table className="w-full max-w-4xl text-sm">
        <thead>
          <tr className="text-left text-faint text-xs">
            <th scope="col" className="py-1 pr-4 font-medium">
              Field
            </th>
            <th scope="col" className="py-1 pr-4 font-medium">
              Before
            </th>
            <th scope="col" className="py-1 font-medium">
              After
            </th>
          </tr>
        </thead>
        <tbody>
          {changes.map(({ path, before, after }) => (
            <tr key={path} className="border-line border-t align-top">
              <th scope="row" className="py-1.5 pr-4 text-left font-mono font-normal text-muted text-xs">
                {path}
              </th>
              <td className="py-1.5 pr-4">
                {before === undefined ? null : (
                  <del className="break-all rounded bg-bad-soft px-1 text-bad-text no-underline">
                    {before}
                  </del>
                )}
              </td>
              <td className="py-1.5">
                {after === undefined ? null : (
                  <ins className="break-all rounded bg-good-soft px-1 text-good-text no-underline">
                    {after}
                  </ins>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Target({ entry, onFilter }: AuditRowProps) {
  const { target_kind: kind, target_id: id } = entry;
  const className = 'rounded text-accent-text hover:underline';
  return (
    <p className="mt-3 flex flex-wrap items-center gap-x-4 gap-y-1 text-xs">
      <span className="inline-flex items-center gap-1 font-mono text-faint">
        {id}
        <CopyButton text={id} label="Copy the id" />
      </span>
      <button type="button" onClick={() => onFilter({ target: id })} className={className}>
        All changes of it
      </button>
      {kind === 'key' ? (
        <Link to="/keys/$id" params={{ id }} className={className}>
          Open the key
        </Link>
      ) : null}
      {kind === 'content' ? (
        <Link to="/requests/$id" params={{ id }} className={className}>
          Open the request
        </Link>
      ) : null}
    </p>
  );
}
