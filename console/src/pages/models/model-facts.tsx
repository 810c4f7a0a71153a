// What is known of a model at a glance: traffic, limits of size, what it takes.
import { Link } from '@tanstack/react-router';
import { Check, X } from 'lucide-react';
import type { Model } from '../../api/contract.ts';
import { Card, Facts } from '../../ui/card.tsx';
import { formatCount } from '../../ui/format/quantity.ts';
import { DateOf, Duration, None, Tokens } from '../../ui/values.tsx';

const abilities: readonly (readonly [keyof Model['takes'], string])[] = [
  ['images', 'Images'],
  ['audio', 'Audio'],
  ['files', 'Files'],
  ['tools', 'Tools'],
  ['json_schema', 'JSON schema'],
];

const strategies: Readonly<Record<string, string>> = {
  weighted: 'by weight',
  'least-latency': 'fastest first',
  'lowest-cost': 'lowest cost first',
  'prefix-affinity': 'same prompt, same target',
};

export function ModelFacts({ model }: { readonly model: Model }) {
  const { traffic } = model;
  return (
    <div className="min-w-0 space-y-5">
      <Card title="Last 24 hours">
        <Facts
          facts={[
            { name: 'Requests', value: traffic ? formatCount(traffic.requests) : <None /> },
            { name: 'Failed', value: traffic ? formatCount(traffic.errors) : <None /> },
            { name: 'Median duration', value: <Duration ms={traffic?.p50_ms} /> },
          ]}
        />
        <p className="mt-3 flex flex-wrap gap-x-4 gap-y-1 text-sm">
          <Link
            to="/requests"
            search={{ model: model.name } as never}
            className="text-accent-text hover:underline"
          >
            See requests
          </Link>
          <Link
            to="/usage"
            search={{ model: model.name } as never}
            className="text-accent-text hover:underline"
          >
            See usage
          </Link>
        </p>
      </Card>
      <Card title="Abilities">
        <Facts
          facts={[
            { name: 'Context window', value: <Tokens count={model.context_window} unit /> },
            { name: 'Most output', value: <Tokens count={model.max_output_tokens} unit /> },
            { name: 'Order in a group', value: strategies[model.strategy] ?? model.strategy },
            { name: 'Since', value: <DateOf at={model.created_at} /> },
          ]}
        />
        <ul className="mt-3 space-y-1 border-line border-t pt-3 text-sm">
          {abilities.map(([name, label]) => (
            <li key={name} className="flex items-center gap-2">
              {model.takes[name] ? (
                <Check size={14} aria-hidden="true" className="text-good-text" />
              ) : (
                <X size={14} aria-hidden="true" className="text-faint" />
              )}
              <span className={model.takes[name] ? '' : 'text-faint'}>{label}</span>
              <span className="sr-only">{model.takes[name] ? 'yes' : 'no'}</span>
            </li>
          ))}
        </ul>
        <p className="mt-2 text-faint text-xs">What some target takes, as far as it is known.</p>
      </Card>
    </div>
  );
}
