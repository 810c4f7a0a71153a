// Above the title of a thing's page: back to the list it is in.
import { Link, type LinkProps } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import type { ReactNode } from 'react';

export function BackLink({ children, ...link }: LinkProps & { readonly children: ReactNode }) {
  return (
    <Link {...link} className="inline-flex items-center gap-1 rounded text-muted hover:text-ink">
      <ArrowLeft size={14} aria-hidden="true" />
      {children}
    </Link>
  );
}
