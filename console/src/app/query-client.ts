// How long answers count as fresh and when they are asked for again. Errors of the caller are not asked twice.
import { QueryClient } from '@tanstack/react-query';
import { ApiError } from '../api/error.ts';

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5000,
        retry: (failures, error) =>
          failures < 2 && error instanceof ApiError && (error.status === 0 || error.status >= 500),
        retryDelay: (failures) => 500 * 2 ** failures,
        refetchOnWindowFocus: true,
      },
      mutations: { retry: false },
    },
  });
}
