// One parameter and all its ways to be wrong, as a check: each is refused with 400, the code and the `param` that name
// it. Codes: CONTRACT section 4.
import type { Check, Severity } from '../check.ts';
import { type ExpectedError, refused } from '../expectations.ts';
import { brief } from '../prompts.ts';

/** What is wrong, the members that make it so, and the code and param that say so. */
export type Wrong = readonly [
  what: string,
  members: Readonly<Record<string, unknown>>,
  code: ExpectedError['code'],
  param: string | RegExp | null,
];

export interface Parameter {
  readonly id: string;
  readonly title: string;
  /** `must` when left out. */
  readonly severity?: Severity;
  readonly wrongs: readonly Wrong[];
}

export function decimal(name: string, low: number, high: number): Parameter {
  return {
    id: name,
    title: `${name}: a number from ${low} to ${high}`,
    wrongs: [
      ['a string', { [name]: 'warm' }, 'invalid_type', name],
      [`${low - 0.1}`, { [name]: low - 0.1 }, 'decimal_below_min_value', name],
      [`${high + 0.1}`, { [name]: high + 0.1 }, 'decimal_above_max_value', name],
    ],
  };
}

export function choice(name: string, values: string): Parameter {
  return {
    id: name,
    title: `${name}: one of ${values}`,
    wrongs: [
      ['another word', { [name]: 'conformance' }, 'invalid_value', name],
      ['a number', { [name]: 7 }, ['invalid_type', 'invalid_value'], name],
    ],
  };
}

export function toCheck({ id, title, severity = 'must', wrongs }: Parameter): Check {
  return {
    id: `request.${id}`,
    title,
    severity,
    contract: '1, 4',
    async run({ server }) {
      const mismatches = [];
      for (const [what, members, code, param] of wrongs) {
        const reply = await server.chat({ ...brief, ...members });
        mismatches.push(...refused(what, reply, { status: 400, code, param }));
      }
      return mismatches;
    },
  };
}
