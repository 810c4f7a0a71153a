// An entry of `limits` in tollgate.yaml; what holds between its members is in limits.ts.
import { Type } from 'typebox';
import { limitMetrics, limitWindows } from '../core/limits.ts';
import { parseUsd } from '../core/money.ts';
import { closed, TimeZone, text } from './schema-forms.ts';

const payer = (kind: string) =>
  Type.Optional(
    text(
      `${kind}, or "*" for each of them`,
      (value) => value !== '' && value.length <= 512 && !/\p{C}/u.test(value),
    ),
  );
export const Limit = Type.Object(
  {
    scope: Type.Object(
      {
        organization: payer('the name or id of an organization'),
        project: payer('the name or id of a project'),
        key: payer('the name or id of a key'),
        end_user: payer('what clients send as `user` or `safety_identifier`'),
        model: payer("a public model's name"),
      },
      closed,
    ),
    metric: Type.Enum([...limitMetrics], {
      expects: limitMetrics.map((name) => `\`${name}\``).join(', '),
    }),
    window: Type.Optional(
      Type.Enum([...limitWindows], { expects: limitWindows.map((name) => `\`${name}\``).join(', ') }),
    ),
    amount: Type.Union([Type.String(), Type.Number()], {
      expects: 'USD for `cost`, and a whole number of 0 or more for all else',
      accepts: (value: string | number) => parseUsd(value) !== undefined,
    }),
    time_zone: Type.Optional(TimeZone),
  },
  closed,
);
