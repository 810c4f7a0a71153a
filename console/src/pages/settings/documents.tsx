// What there is to read on this gateway.
import { ExternalLink } from 'lucide-react';
import { Card } from '../../ui/card.tsx';

const documents = [
  { href: '/docs', name: 'API reference', what: 'Every field of /v1, with requests to try' },
  { href: '/openapi.json', name: 'OpenAPI of the gateway', what: 'For clients and generators' },
  { href: '/admin/openapi.json', name: 'OpenAPI of the admin API', what: 'All this console does' },
] as const;

export function Documents() {
  return (
    <Card title="Documentation">
      <ul className="space-y-2 text-sm">
        {documents.map(({ href, name, what }) => (
          <li key={href} className="flex flex-wrap items-baseline gap-x-2">
            <a
              href={href}
              target="_blank"
              rel="noreferrer"
              className="inline-flex items-center gap-1 rounded font-medium text-accent-text hover:underline"
            >
              {name}
              <ExternalLink size={12} aria-hidden="true" />
            </a>
            <span className="text-muted">{what}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
