// Tools that a person defines: templates to begin with, and what is wrong with one before it is sent.
import type { Setup, ToolDefinition } from '../conversation/session.ts';
import { isObject, readJson } from './json-text.ts';

export interface ToolTemplate {
  readonly label: string;
  readonly tool: Omit<ToolDefinition, 'id'>;
}

const schema = (value: object) => JSON.stringify(value, null, 2);

export const toolTemplates: readonly ToolTemplate[] = [
  {
    label: 'Weather',
    tool: {
      name: 'get_weather',
      description: 'The weather in a city now.',
      parameters: schema({
        type: 'object',
        properties: {
          city: { type: 'string', description: 'Name of the city, such as Graz' },
          unit: { type: 'string', enum: ['celsius', 'fahrenheit'] },
        },
        required: ['city'],
        additionalProperties: false,
      }),
      strict: false,
    },
  },
  {
    label: 'Search',
    tool: {
      name: 'search_documents',
      description: 'Finds documents by what they are about.',
      parameters: schema({
        type: 'object',
        properties: {
          query: { type: 'string', description: 'A few words' },
          limit: { type: 'integer', minimum: 1, maximum: 20 },
        },
        required: ['query'],
        additionalProperties: false,
      }),
      strict: false,
    },
  },
  {
    label: 'No arguments',
    tool: {
      name: 'get_current_time',
      description: 'Date and time now.',
      parameters: schema({ type: 'object', properties: {}, additionalProperties: false }),
      strict: false,
    },
  },
];

export interface ToolProblem {
  readonly field: 'name' | 'parameters';
  readonly message: string;
}

/** What the gateway would refuse, found while it is typed. `others`: names that are taken. */
export function toolProblems(tool: ToolDefinition, others: readonly string[]): readonly ToolProblem[] {
  const problems: ToolProblem[] = [];
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(tool.name)) {
    const message = 'A name has 1 to 64 letters, digits, _ and -.';
    problems.push({ field: 'name', message });
  } else if (others.includes(tool.name)) {
    problems.push({ field: 'name', message: 'Another tool has this name.' });
  }
  const wrong = tool.parameters.trim() === '' ? undefined : schemaProblem(tool.parameters, 'object');
  if (wrong) problems.push({ field: 'parameters', message: wrong });
  return problems;
}

/** Why a text is no JSON Schema. `type`: the one it must be of. */
export function schemaProblem(text: string, type?: 'object'): string | undefined {
  const reading = readJson(text);
  if (!reading.ok) return reading.message;
  const { value } = reading;
  if (!isObject(value)) return 'A JSON Schema is an object: {"type": "object", …}.';
  if (type && value.type !== undefined && value.type !== type) return `Its "type" must be "${type}".`;
  if (value.properties !== undefined && !isObject(value.properties)) return '"properties" must be an object.';
  if (value.required !== undefined && !isListOfText(value.required)) {
    return '"required" must be a list of names.';
  }
  const properties = isObject(value.properties) ? value.properties : {};
  const missing = (value.required as string[] | undefined)?.find((name) => !Object.hasOwn(properties, name));
  if (missing !== undefined && value.properties !== undefined) {
    return `"required" names "${missing}", which is not in "properties".`;
  }
  return undefined;
}

function isListOfText(value: unknown): boolean {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

/** Why the set-up cannot be sent as it is, in one sentence; `undefined` when it can. */
export function setupProblem({ tools, format }: Setup): string | undefined {
  for (const tool of tools) {
    const others = tools.filter(({ id }) => id !== tool.id).map(({ name }) => name);
    const [problem] = toolProblems(tool, others);
    if (problem) return `Tool ${tool.name === '' ? 'without a name' : tool.name}: ${problem.message}`;
  }
  if (format.type !== 'json_schema') return undefined;
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(format.name)) {
    return 'Answer format: the name has 1 to 64 letters, digits, _ and -.';
  }
  const wrong = schemaProblem(format.schema);
  return wrong && `Answer format: ${wrong}`;
}
