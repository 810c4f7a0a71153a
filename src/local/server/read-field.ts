// Reads one field of a JSON body, or throws the error OpenAI answers with for that field. `null` counts as absent.
import { TollgateError } from '../../core/errors.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const nameOfType = (value: unknown): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'an integer' : 'a decimal';
  return (
    { string: 'a string', boolean: 'a boolean', object: 'an object' }[typeof value as string] ?? typeof value
  );
};

export function invalidType(param: string, expected: string, actual: unknown): TollgateError {
  return new TollgateError('invalid_type', { param, values: { expected, actual: nameOfType(actual) } });
}

export function missing(param: string): TollgateError {
  return new TollgateError('missing_required_parameter', { param });
}

export function invalidValue(param: string, reason: string): TollgateError {
  return new TollgateError('invalid_value', { param, values: { reason } });
}

/** `path`: where `source` lies, for the `param` of errors: `messages[0]`, or nothing at the top. */
export function fieldPath(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

export function readString(source: JsonObject, name: string, path = ''): string | undefined {
  const value = source[name] ?? undefined;
  if (value === undefined || typeof value === 'string') return value;
  throw invalidType(fieldPath(path, name), 'a string', value);
}

export function readRequiredString(source: JsonObject, name: string, path = ''): string {
  const value = readString(source, name, path);
  if (value === undefined) throw missing(fieldPath(path, name));
  return value;
}

export function readBoolean(source: JsonObject, name: string): boolean | undefined {
  const value = source[name] ?? undefined;
  if (value === undefined || typeof value === 'boolean') return value;
  throw invalidType(name, 'a boolean', value);
}

export function readObject(source: JsonObject, name: string, path = ''): JsonObject | undefined {
  const value = source[name] ?? undefined;
  if (value === undefined || isObject(value)) return value;
  throw invalidType(fieldPath(path, name), 'an object', value);
}

export function readArray(source: JsonObject, name: string, path = ''): readonly unknown[] | undefined {
  const value = source[name] ?? undefined;
  if (value === undefined || Array.isArray(value)) return value;
  throw invalidType(fieldPath(path, name), 'an array', value);
}

export function readChoice<const T extends readonly string[]>(
  source: JsonObject,
  name: string,
  choices: T,
): T[number] | undefined {
  const value = readString(source, name);
  if (value === undefined || choices.includes(value)) return value;
  throw invalidValue(name, `'${value}' is not one of ${choices.map((choice) => `'${choice}'`).join(', ')}.`);
}

export interface Range {
  readonly minimum?: number;
  readonly maximum?: number;
}

export function readInteger(source: JsonObject, name: string, range: Range = {}): number | undefined {
  const value = source[name] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value)) throw invalidType(name, 'an integer', value);
  return inRange('integer', name, value, range);
}

export function readNumber(source: JsonObject, name: string, range: Range): number | undefined {
  const value = source[name] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value !== 'number') throw invalidType(name, 'a decimal', value);
  return inRange('decimal', name, value, range);
}

export function inRange(kind: 'integer' | 'decimal', param: string, actual: number, range: Range): number {
  const { minimum, maximum } = range;
  if (minimum !== undefined && actual < minimum) {
    throw new TollgateError(`${kind}_below_min_value`, { param, values: { limit: minimum, actual } });
  }
  if (maximum !== undefined && actual > maximum) {
    throw new TollgateError(`${kind}_above_max_value`, { param, values: { limit: maximum, actual } });
  }
  return actual;
}
