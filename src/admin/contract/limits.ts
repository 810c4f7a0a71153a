// Limits on the wire, and where their counters stand.
import { type Static, Type } from 'typebox';
import { limitMetrics, limitScopes, limitWindows } from '../../core/limits.ts';
import { closed, Id, NanoUsd, nullable, oneOf, pageQuery, Revision, Time } from './forms.ts';

const scopeMember = Type.Optional(Type.String({ minLength: 1, maxLength: 512 }));

export const LimitScope = Type.Object(
  {
    organization: scopeMember,
    project: scopeMember,
    key: scopeMember,
    end_user: scopeMember,
    model: scopeMember,
  },
  {
    ...closed,
    description:
      'Whom it limits: ids by kind, all of which must fit. Names are taken too and stored as ids. `*` fits every one and gives each a counter of its own.',
  },
);

/** A decimal of USD for `cost`, a whole number for all others. */
export const Amount = Type.Unsafe<string | number>({
  type: ['string', 'number'],
  description: 'USD for `cost` (a decimal; strings keep every digit), a whole number for all others.',
});

const numbers = {
  settled: Amount,
  held: Amount,
  remaining: Amount,
  settled_nanousd: Type.Optional(NanoUsd),
  held_nanousd: Type.Optional(NanoUsd),
  remaining_nanousd: Type.Optional(NanoUsd),
  window_start: nullable(Time),
  window_end: nullable(Time),
};

const limitMembers = {
  id: Id,
  scope: LimitScope,
  scope_names: Type.Unsafe<Record<string, string>>({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'Names of what the scope gives by id.',
  }),
  metric: oneOf(limitMetrics, {
    description: '`tokens` are input and output; `concurrent` are requests under way.',
  }),
  window: oneOf(limitWindows, {
    description:
      'A request counts in the window in which it began. `minute` slides; `concurrent` has none, shown as `lifetime`.',
  }),
  amount: Amount,
  amount_nanousd: Type.Optional(NanoUsd),
  time_zone: Type.String({ description: 'In which its windows turn: an IANA name.' }),
  source: oneOf(['admin', 'config'], {
    description: '`config`: stands in tollgate.yaml and is changed there only.',
  }),
  revision: Revision,
  created_at: Time,
  updated_at: Time,
};

export const Limit = Type.Object({
  ...limitMembers,
  settled: nullable(Amount),
  held: nullable(Amount),
  remaining: nullable(Amount),
  settled_nanousd: Type.Optional(nullable(NanoUsd)),
  held_nanousd: Type.Optional(nullable(NanoUsd)),
  remaining_nanousd: Type.Optional(nullable(NanoUsd)),
  window_start: numbers.window_start,
  window_end: numbers.window_end,
});
export type Limit = Static<typeof Limit>;

export const LimitCounter = Type.Object({
  subject: Type.String({
    description:
      'What the `*` of the scope stands for; of several the values in the order of `scope`, a space between.',
  }),
  subject_names: Type.Unsafe<Record<string, string>>({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'Names of what the subject gives by id, by kind.',
  }),
  ...numbers,
});
export type LimitCounter = Static<typeof LimitCounter>;

/** Where the tightest limit of a key or project stands. */
export const TightestLimit = Type.Object(
  {
    id: Id,
    scope: LimitScope,
    metric: oneOf(limitMetrics),
    window: oneOf(limitWindows),
    amount: Amount,
    settled: Amount,
    held: Amount,
    remaining: Amount,
    resets_at: nullable(Time),
  },
  {
    description:
      'Of the limits that all of its requests count for the one with the least left in proportion; of its own, or of what it belongs to (`scope`).',
  },
);
export type TightestLimit = Static<typeof TightestLimit>;

const newLimitMembers = {
  metric: oneOf(limitMetrics),
  window: Type.Optional(oneOf(limitWindows)),
  amount: Amount,
  time_zone: Type.Optional(Type.String({ maxLength: 100 })),
};

export const NewLimit = Type.Object({ scope: LimitScope, ...newLimitMembers }, closed);
export type NewLimit = Static<typeof NewLimit>;

/** Of a key that is being made. */
export const NewKeyLimit = Type.Object(newLimitMembers, closed);
export type NewKeyLimit = Static<typeof NewKeyLimit>;

export const LimitChange = Type.Object({ amount: Amount }, closed);
export type LimitChange = Static<typeof LimitChange>;

export const LimitQuery = Type.Object(
  {
    ...pageQuery,
    ...Object.fromEntries(
      limitScopes.map((kind) => [
        kind,
        Type.Optional(Type.String({ maxLength: 512, description: 'Limits that apply to this one.' })),
      ]),
    ),
    metric: Type.Optional(oneOf(limitMetrics)),
    window: Type.Optional(oneOf(limitWindows)),
    source: Type.Optional(oneOf(['admin', 'config'])),
  },
  closed,
);
export const LimitDetailQuery = Type.Object(
  {
    subject: Type.Optional(
      Type.String({
        maxLength: 1000,
        description: 'Whose counter, where the scope has a `*`: an id, or `subject` as the counters have it.',
      }),
    ),
  },
  closed,
);
export const CounterQuery = Type.Object(pageQuery, closed);
