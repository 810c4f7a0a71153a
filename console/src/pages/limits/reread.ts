// After a change of keys, limits or projects: everything that shows any of them is read again, so that what is seen is what is
// stored.
import type { QueryClient } from '@tanstack/react-query';

const shownBy = ['keys', 'limits', 'projects', 'organizations', 'audit'];

export async function rereadAccounts(client: QueryClient): Promise<void> {
  await Promise.all(shownBy.map((name) => client.invalidateQueries({ queryKey: [name] })));
}
