// What `/usage` says of a parameter that it cannot take.
import { TollgateError } from '../../core/errors.ts';

export function invalid(param: string, reason: string): TollgateError {
  return new TollgateError('invalid_value', { param, values: { reason } });
}
