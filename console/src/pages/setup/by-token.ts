// Calls by whoever opened the printed link: with the admin token, which is in the memory of this tab only.
import { adminPrefix } from '../../api/client.ts';
import { errorOf, unreachable } from '../../api/error.ts';

export async function callByToken<T>(
  token: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<T> {
  const response = await fetch(`${adminPrefix}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    cache: 'no-store',
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch(() => {
    throw unreachable();
  });
  if (!response.ok) throw await errorOf(response);
  return (await response.json()) as T;
}
