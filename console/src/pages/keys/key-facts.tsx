// What a key is and may do.
import { Link } from '@tanstack/react-router';
import type { KeyDetail } from '../../api/contract.ts';
import { Card, type Fact, Facts } from '../../ui/card.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { formatCount } from '../../ui/format/quantity.ts';
import { FullTime, TimeAgo } from '../../ui/values.tsx';
import { modelsWords } from './key-words.ts';

export function KeyFacts({ subject }: { readonly subject: KeyDetail }) {
  const { models, allowed_ips: ips, metadata } = subject;
  const facts: (Fact | null)[] = [
    {
      name: 'Project',
      value: (
        <Link
          to="/keys"
          search={{ project: subject.project_id } as never}
          className="text-accent-text hover:underline"
        >
          {subject.project}
        </Link>
      ),
    },
    { name: 'Owner', value: subject.created_by?.name ?? 'Administrators' },
    { name: 'Models', value: models ? <Lines of={models} /> : modelsWords(null) },
    { name: 'Allowed from', value: ips ? <Lines of={ips} /> : 'Anywhere' },
    { name: 'Expires', value: <FullTime at={subject.expires_at} none="Never" /> },
    ...optionFacts(subject),
    { name: 'Last used', value: <TimeAgo at={subject.last_used_at} none="Never" /> },
    { name: 'Created', value: <TimeAgo at={subject.created_at} /> },
    subject.previous_secrets.length === 0
      ? null
      : {
          name: 'Earlier secrets',
          value: (
            <ul className="space-y-1">
              {subject.previous_secrets.map(({ preview, expires_at }) => (
                <li key={preview + expires_at}>
                  <code className="font-mono text-xs">{preview}</code> works on, ends{' '}
                  <TimeAgo at={expires_at} />
                </li>
              ))}
            </ul>
          ),
        },
    ...Object.entries(metadata ?? {}).map(([name, value]) => ({ name, value })),
    {
      name: 'Id',
      value: (
        <span className="flex items-center gap-1">
          <code className="min-w-0 break-all font-mono text-xs">{subject.id}</code>
          <CopyButton text={subject.id} label="Copy id" />
        </span>
      ),
    },
  ];
  return (
    <Card title="Details">
      <Facts facts={facts} />
    </Card>
  );
}

function Lines({ of: lines }: { readonly of: readonly string[] }) {
  return (
    <ul className="max-h-40 space-y-0.5 overflow-y-auto">
      {lines.map((line) => (
        <li key={line}>
          <code className="break-all font-mono text-xs">{line}</code>
        </li>
      ))}
    </ul>
  );
}

function optionFacts({ options }: KeyDetail): Fact[] {
  if (options === null) return [];
  const facts: Fact[] = [];
  if (options.strict_params) facts.push({ name: 'Unknown fields', value: 'Refused' });
  if (options.reasoning_alias) facts.push({ name: 'Reasoning', value: 'Also as “reasoning”' });
  if (options.max_output_tokens !== undefined) {
    facts.push({ name: 'Longest answer', value: `${formatCount(options.max_output_tokens)} tokens` });
  }
  if (options.log_content !== undefined) {
    facts.push({ name: 'Content', value: options.log_content ? 'Kept' : 'Never kept' });
  }
  return facts;
}
