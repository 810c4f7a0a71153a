// Parameters and tools out of a link: what is no value of theirs is no set-up of this page.
import type { Parameters, ToolDefinition } from '../conversation/session.ts';
import { isObject } from '../settings/json-text.ts';
import { mostStops, numberParameters, numberProblem, reasoningEfforts } from '../settings/parameters.ts';

const mostTools = 128;

export function readParameters(value: unknown): Parameters | undefined {
  if (!isObject(value)) return undefined;
  const read: Record<string, unknown> = {};
  for (const parameter of numberParameters) {
    const number = value[parameter.name];
    if (number === undefined) continue;
    if (typeof number !== 'number' || numberProblem(parameter, String(number))) return undefined;
    read[parameter.name] = number;
  }
  const { stop, reasoning_effort: effort } = value;
  if (stop !== undefined) {
    if (!Array.isArray(stop) || stop.length > mostStops || !stop.every((each) => typeof each === 'string')) {
      return undefined;
    }
    read.stop = stop;
  }
  if (effort !== undefined) {
    if (!reasoningEfforts.some((each) => each === effort)) return undefined;
    read.reasoning_effort = effort;
  }
  return read as Parameters;
}

export function readTools(value: unknown, nextId: () => string): readonly ToolDefinition[] | undefined {
  if (!Array.isArray(value) || value.length > mostTools) return undefined;
  const tools: ToolDefinition[] = [];
  for (const each of value) {
    if (!isObject(each)) return undefined;
    const { name, description, parameters, strict } = each;
    if (typeof name !== 'string' || typeof description !== 'string' || typeof parameters !== 'string') {
      return undefined;
    }
    tools.push({ id: nextId(), name, description, parameters, strict: strict === true });
  }
  return tools;
}
