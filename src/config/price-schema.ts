// The shape of `price` in tollgate.yaml: classes, tiers, services. What cannot be said of one value alone is in
// core/price-terms.ts.
import { Type } from 'typebox';
import { parseUsd } from '../core/money.ts';
import { closed, TokenCount, text } from './schema-forms.ts';

const Usd = Type.Union([Type.String(), Type.Number()], {
  expects: 'USD per million tokens: 0 or more, with at most 9 decimal places, such as 1.25 or "0.000125"',
  accepts: (value: string | number) => parseUsd(value) !== undefined,
});

const rates = {
  input: Usd,
  cached_input: Type.Optional(Usd),
  cache_write: Type.Optional(Usd),
  cache_write_1h: Type.Optional(Usd),
  audio_input: Type.Optional(Usd),
  cached_audio_input: Type.Optional(Usd),
  image_input: Type.Optional(Usd),
  output: Usd,
  reasoning: Type.Optional(Usd),
  audio_output: Type.Optional(Usd),
  image_output: Type.Optional(Usd),
};
const tiers = Type.Optional(
  Type.Array(Type.Object({ above: TokenCount, ...rates }, closed), {
    minItems: 1,
    maxItems: 16,
    expects: 'a list of tiers: [ { above: 200000, input: …, output: … } ]',
  }),
);
const Factor = Type.Union([Type.String(), Type.Number()], {
  expects: 'a factor from 0 to 1000 on all prices, such as 0.5',
  accepts: (value: string | number) => (parseUsd(value) ?? -1n) >= 0n && Number(value) <= 1000,
});
const serviceName = '^[a-z][a-z0-9_-]{0,31}$';

/** A price that is not `free`. */
export const Prices = Type.Object(
  {
    ...rates,
    tiers,
    services: Type.Optional(
      Type.Record(
        Type.String({ pattern: serviceName }),
        Type.Union([Factor, Type.Object({ ...rates, tiers }, closed)], {
          expects: 'a factor from 0 to 1000 on all prices, such as 0.5, or { input: …, output: … }',
        }),
        { keyExpects: 'the name of a service, as `service_tier` of a request has it: flex, priority' },
      ),
    ),
    default_service: Type.Optional(
      text('the name of one of the `services`', (value) => new RegExp(serviceName).test(value)),
    ),
  },
  closed,
);
