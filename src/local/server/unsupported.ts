// The refusals of what the wire knows and this model cannot do.
import { TollgateError } from '../../core/errors.ts';

export function unsupportedParameter(param: string): TollgateError {
  return new TollgateError('unsupported_parameter', {
    param,
    values: { reason: 'The local model does not offer it.' },
  });
}

/** `actual`: the value in quotation marks, or in words. */
export function unsupportedValue(param: string, actual: string, reason: string): TollgateError {
  return new TollgateError('unsupported_value', { param, values: { actual, reason } });
}
