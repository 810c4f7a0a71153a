// Providers that are in trouble: circuits that are open, keys that rest, what cannot be used at all.
import { Link } from '@tanstack/react-router';
import type { Provider } from '../../api/contract.ts';
import { StatusDot, type Tone } from '../../ui/badge.tsx';
import { ButtonLink } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { ErrorNote } from '../../ui/error-state.tsx';
import { plural } from '../../ui/format/quantity.ts';
import { Skeleton } from '../../ui/skeleton.tsx';
import { TimeAgo } from '../../ui/values.tsx';
import { useProviders } from './questions.ts';
import { type Trouble, troubleOf } from './trouble.ts';

const tones: Readonly<Record<Trouble['level'], Tone>> = { down: 'bad', partly: 'warn', fine: 'good' };

export function ProvidersCard() {
  const providers = useProviders();
  const rows = providers.data?.data.map((provider) => ({ provider, trouble: troubleOf(provider) }));
  const troubled = rows?.filter(({ trouble }) => trouble.level !== 'fine');
  const fine = (rows?.length ?? 0) - (troubled?.length ?? 0);
  return (
    <Card
      title="Providers"
      description={
        rows === undefined
          ? 'How they are now'
          : `${plural(fine, 'provider')} of ${rows.length} without trouble`
      }
      flush
      actions={
        <ButtonLink to="/providers" size="sm">
          All providers
        </ButtonLink>
      }
    >
      {providers.isError && rows === undefined ? (
        <ErrorNote error={providers.error} className="m-4" />
      ) : (
        <ul className="min-h-40 py-1">
          {(troubled?.length === 0 ? rows : troubled)?.slice(0, 4).map(({ provider, trouble }) => (
            <ProviderLine key={provider.name} provider={provider} trouble={trouble} />
          ))}
          {rows === undefined ? (
            <li className="space-y-3 px-4 py-3">
              <Skeleton className="h-4 w-2/3" />
              <Skeleton className="h-4 w-1/2" />
            </li>
          ) : null}
          {rows?.length === 0 ? (
            <li className="px-4 py-3 text-muted text-sm">There are no providers yet.</li>
          ) : null}
        </ul>
      )}
    </Card>
  );
}

function ProviderLine({ provider, trouble }: { readonly provider: Provider; readonly trouble: Trouble }) {
  return (
    <li className="px-4 py-2 text-sm">
      <div className="flex items-baseline justify-between gap-3">
        <Link
          to="/providers/$name"
          params={{ name: provider.name }}
          className="min-w-0 truncate rounded hover:underline"
        >
          {provider.name}
        </Link>
        <StatusDot tone={tones[trouble.level]}>{trouble.word}</StatusDot>
      </div>
      {trouble.reason ? (
        <p className="truncate text-muted text-xs" title={trouble.reason}>
          {trouble.reason}
          {trouble.at ? (
            <>
              {' · '}
              <TimeAgo at={trouble.at} />
            </>
          ) : null}
        </p>
      ) : null}
    </li>
  );
}
