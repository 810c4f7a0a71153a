// The places of the console in groups. Places a role may not see are not offered.
import { Link } from '@tanstack/react-router';
import { roleAllows, useSession } from '../../api/session.ts';
import { type Place, placeGroups } from '../navigation.ts';

export function SidebarLinks() {
  const role = useSession()?.member.role;
  return (
    <nav aria-label="Console" className="min-h-0 flex-1 overflow-y-auto px-2 pb-4">
      {placeGroups.map(({ label, places }) => {
        const allowed = places.filter((place) => roleAllows(role, place.least));
        if (allowed.length === 0) return null;
        return (
          <div key={label ?? ''} className="mt-4 first:mt-1">
            {label ? <h2 className="mb-1 px-2 font-medium text-faint text-xs">{label}</h2> : null}
            <ul className="space-y-px">
              {allowed.map((place) => (
                <li key={place.to}>
                  <PlaceLink place={place} />
                </li>
              ))}
            </ul>
          </div>
        );
      })}
    </nav>
  );
}

function PlaceLink({ place: { to, label, icon: Icon } }: { readonly place: Place }) {
  return (
    <Link
      to={to}
      activeOptions={{ exact: to === '/', includeSearch: false }}
      activeProps={{ className: 'bg-accent-soft text-accent-text', 'aria-current': 'page' }}
      inactiveProps={{ className: 'text-muted hover:bg-sunken hover:text-ink' }}
      className="flex h-8 items-center gap-2.5 rounded-md px-2 font-medium text-sm max-lg:h-10"
    >
      <Icon size={16} aria-hidden="true" />
      {label}
    </Link>
  );
}
