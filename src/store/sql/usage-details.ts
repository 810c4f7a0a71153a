// The rarer members of a usage in one cell: audio, images, caches of an hour, the service. Most requests have none, and then
// the cell is null.
import type { Usage } from '../../core/usage.ts';

const counts = [
  'cacheWrite1h',
  'cachedAudioInput',
  'audioInput',
  'audioOutput',
  'imageInput',
  'imageOutput',
] as const satisfies readonly (keyof Usage)[];

type Details = Partial<Pick<Usage, (typeof counts)[number] | 'serviceTier'>>;

export function usageDetailsCell(usage: Usage | undefined): string | null {
  if (!usage) return null;
  let details: Record<string, unknown> | undefined;
  for (const name of counts) {
    const value = usage[name];
    if (value !== undefined && value > 0) details = { ...details, [name]: value };
  }
  const { serviceTier } = usage;
  // What it is when nobody says anything changes no price.
  if (serviceTier !== undefined && serviceTier !== 'default') details = { ...details, serviceTier };
  return details ? JSON.stringify(details) : null;
}

/** What `usageDetailsCell` wrote; what it would not have written is left out. */
export function readUsageDetails(text: string | null): Details {
  if (text === null) return {};
  const given = JSON.parse(text) as Readonly<Record<string, unknown>>;
  const { serviceTier } = given;
  return {
    ...Object.fromEntries(
      counts.filter((name) => typeof given[name] === 'number').map((name) => [name, given[name]]),
    ),
    ...(typeof serviceTier === 'string' ? { serviceTier } : {}),
  };
}
