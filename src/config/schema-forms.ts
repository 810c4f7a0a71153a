// Forms that the schemas of tollgate.yaml share.
import { Type } from 'typebox';
import { isTimeZone } from '../budgets/window.ts';

/** `expects` ends the sentence "`key` must be …". */
export const text = (expects: string, accepts: (value: string) => boolean) =>
  Type.String({ expects, accepts });
export const closed = { additionalProperties: false } as const;
export const TimeZone = text('a time zone, such as UTC or Europe/Berlin', isTimeZone);
export const Switch = Type.Boolean({ expects: 'true or false' });
export const TokenCount = Type.Integer({
  minimum: 1,
  maximum: 1_000_000_000,
  expects: 'a whole number of tokens above 0',
});
