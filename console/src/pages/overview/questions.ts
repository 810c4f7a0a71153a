// What the overview asks of the API: a handful of answers, each for cards of its own, so that one that fails leaves the others.
import { useQuery } from '@tanstack/react-query';
import type { Key, Limit, ListOf, Provider, Request, Usage } from '../../api/contract.ts';
import { resource } from '../../api/queries.ts';

const often = { refetchInterval: 30_000 };
const seldom = { refetchInterval: 60_000 };

/** The last 24 hours beside the 24 before, by model. */
export function useDay() {
  return useQuery<Usage>({
    ...resource<Usage>('/usage', {
      range: '24h',
      group_by: 'hour,model',
      top: 5,
      order_by: 'requests',
      compare: 'previous',
      percentiles: 'first_token',
      outcomes: 'true',
    }),
    ...often,
  });
}

/** This month beside the same part of the last, by key. */
export function useMonth() {
  return useQuery<Usage>({
    ...resource<Usage>('/usage', {
      range: 'month',
      group_by: 'day,key',
      top: 5,
      compare: 'previous',
      percentiles: 'false',
    }),
    ...seldom,
  });
}

export function useLimits() {
  return useQuery<ListOf<Limit>>({ ...resource<ListOf<Limit>>('/limits', { limit: 200 }), ...often });
}

/** Those that spend most, each with the limit that has the least left. */
export function useKeys() {
  return useQuery<ListOf<Key>>({
    ...resource<ListOf<Key>>('/keys', { limit: 50, sort: 'spend', kind: 'api' }),
    ...often,
  });
}

export function useProviders() {
  return useQuery<{ data: Provider[] }>({ ...resource<{ data: Provider[] }>('/providers'), ...often });
}

export function useNewestErrors() {
  return useQuery<ListOf<Request>>({
    ...resource<ListOf<Request>>('/requests', { error: 'any', limit: 6, from: '-7d' }),
    ...often,
  });
}
