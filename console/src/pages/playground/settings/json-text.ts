// JSON that a person types: read, and where it cannot be, said why with line and column.

export type JsonReading =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly message: string };

export function readJson(text: string): JsonReading {
  try {
    return { ok: true, value: JSON.parse(text) as unknown };
  } catch (error) {
    return { ok: false, message: explain(text, error instanceof Error ? error.message : '') };
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

/** Engines differ in their words; the place is what a person needs. */
function explain(text: string, message: string): string {
  const [, position] = /position (\d+)/.exec(message) ?? [];
  if (position === undefined) {
    return text.trim() === '' ? 'There is nothing here yet.' : 'It is not complete JSON.';
  }
  const before = text.slice(0, Number(position)).split('\n');
  const found = text[Number(position)];
  const what = found === undefined ? 'the end' : `\`${found}\``;
  return `It is not JSON: ${what} is not expected at line ${before.length}, column ${(before.at(-1) ?? '').length + 1}.`;
}
