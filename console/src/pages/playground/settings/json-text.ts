// JSON that a person types: read, and where it cannot be, said why with line and column.

import { findJsonError } from './json-error.ts';

export type JsonReading =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly message: string };

export function readJson(text: string): JsonReading {
  try {
    return { ok: true, value: JSON.parse(text) as unknown };
  } catch {
    return { ok: false, message: explain(text) };
  }
}

/** `undefined` unless it is a JSON object. */
export function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  const reading = readJson(text);
  return reading.ok && isObject(reading.value) ? reading.value : undefined;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function explain(text: string): string {
  if (text.trim() === '') return 'There is nothing here yet.';
  const at = findJsonError(text) ?? text.length;
  const before = text.slice(0, at).split('\n');
  const place = `line ${before.length}, column ${(before.at(-1) ?? '').length + 1}`;
  const [found] = text.slice(at);
  if (found === undefined) return `It is not complete JSON: it ends at ${place}.`;
  return `It is not JSON: \`${found}\` is not expected at ${place}.`;
}
