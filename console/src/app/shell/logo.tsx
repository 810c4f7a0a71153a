// The mark and the name; goes to the overview.
import { Link } from '@tanstack/react-router';
import { Mark } from '../../ui/mark.tsx';

export function Logo() {
  return (
    <Link to="/" className="flex items-center gap-2 rounded font-semibold tracking-tight">
      <Mark size={22} />
      Tollgate
    </Link>
  );
}
