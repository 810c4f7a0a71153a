// What is wrong with a request, as a value: a row of the error catalogue, the field, and what goes into the message.
// Knows nothing of HTTP; the catalogue's sentences are not here.

/** One thing that is wrong with a request. */
export interface RequestProblem {
  /** A row of the error catalogue; its `code` on the wire may be another, or `null`. */
  readonly code:
    | 'missing_required_parameter'
    | 'invalid_type'
    | 'invalid_value'
    | 'unknown_value'
    | 'pattern_mismatch'
    | 'invalid_media'
    | 'parameter_not_allowed'
    | 'choice_without_tools'
    | 'tool_not_specified'
    | 'orphan_message'
    | 'unanswered_tool_calls'
    | 'integer_above_max_value'
    | 'integer_below_min_value'
    | 'decimal_above_max_value'
    | 'decimal_below_min_value'
    | 'string_above_max_length'
    | 'empty_string'
    | 'empty_array'
    | 'array_above_max_length'
    | 'object_above_max_properties'
    | 'property_name_above_max_length';
  /** `messages[2].content[0].image_url.url`; empty where it is the body as a whole. */
  readonly param: string;
  readonly values: Readonly<Record<string, string | number>>;
}

export function missing(param: string): RequestProblem {
  return { code: 'missing_required_parameter', param, values: {} };
}

export function invalid(param: string, reason: string): RequestProblem {
  return { code: 'invalid_value', param, values: { reason } };
}

/** `condition`: `'stream' is enabled`. */
export function notAllowed(param: string, condition: string): RequestProblem {
  return { code: 'parameter_not_allowed', param, values: { condition } };
}

/** `supported`: as `listed` gives it. */
export function unknownValue(param: string, actual: string, supported: string): RequestProblem {
  return { code: 'unknown_value', param, values: { actual: shown(actual), supported } };
}

/** `'a'`, `'a' and 'b'`, `'a', 'b', and 'c'`, as OpenAI writes lists. */
export function listed(values: readonly unknown[], word: 'and' | 'or'): string {
  const quoted = values.filter((value) => value !== null).map((value) => `'${value}'`);
  const last = quoted.pop() ?? '';
  if (quoted.length === 0) return last;
  return `${quoted.join(', ')}${quoted.length > 1 ? ',' : ''} ${word} ${last}`;
}

const longestShown = 60;

/** A client's value in a message: short, and never a whole prompt. */
export function shown(value: string): string {
  return value.length > longestShown ? `${wellFormed(value.slice(0, longestShown - 3))}…` : wellFormed(value);
}

/** A message is sent as UTF-8: half a character would be another one there. */
function wellFormed(text: string): string {
  return text.isWellFormed() ? text : text.toWellFormed();
}
