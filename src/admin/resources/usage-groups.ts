// `group_by` of `/usage`: which dimensions go together.
import * as contract from '../contract/usage.ts';
import { invalid } from './usage-invalid.ts';

export interface Groups {
  /** As they came, each once. */
  readonly names: readonly contract.UsageGroup[];
  readonly bucket: contract.UsageBucketSize | undefined;
  readonly dimensions: readonly contract.UsageDimensionName[];
}

/** Throws `invalid_value`. */
export function groupsOf(text: string | undefined): Groups {
  const given = text === undefined || text === '' ? [] : text.split(',').map((name) => name.trim());
  for (const name of given) {
    if (!(contract.usageGroups as readonly string[]).includes(name)) {
      throw invalid(
        'group_by',
        `there is no \`${name.slice(0, 40).toWellFormed()}\`; there are ${contract.usageGroups.join(', ')}.`,
      );
    }
  }
  const names = [...new Set(given)] as contract.UsageGroup[];
  const isTime = (name: string) => (contract.usageBuckets as readonly string[]).includes(name);
  const times = names.filter(isTime) as contract.UsageBucketSize[];
  const dimensions = names.filter((name) => !isTime(name)) as contract.UsageDimensionName[];
  if (times.length > 1) throw invalid('group_by', 'one of hour, day, week and month.');
  for (const alone of ['end_user', 'error'] as const) {
    if (dimensions.includes(alone) && dimensions.length > 1) {
      throw invalid('group_by', `\`${alone}\` can be combined with a time only.`);
    }
  }
  return { names, bucket: times[0], dimensions };
}
