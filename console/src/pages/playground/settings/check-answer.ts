// Whether an answer is the JSON that was asked for, and if not, where it differs. The validator reads schemas as they are: it
// makes no code of them, which the policy of the page would forbid.
import type { JsonFormat } from '../conversation/session.ts';
import { isObject, parseObject, readJson } from './json-text.ts';

export interface AnswerCheck {
  /** Indented; absent when it is no JSON. */
  readonly pretty?: string;
  /** Empty = it is what was asked for. */
  readonly problems: readonly string[];
  /** Whether there was a schema to compare with. */
  readonly bySchema: boolean;
}

const mostProblems = 5;

export async function checkAnswer(text: string, format: JsonFormat): Promise<AnswerCheck> {
  const bySchema = format.type === 'json_schema';
  const reading = readJson(text);
  if (!reading.ok) return { problems: [reading.message], bySchema };
  const pretty = JSON.stringify(reading.value, null, 2);
  if (format.type === 'json_object') {
    return { pretty, bySchema, problems: isObject(reading.value) ? [] : ['It is JSON, but not an object.'] };
  }
  const schema = parseObject(format.schema);
  if (!schema) return { pretty, problems: [], bySchema: false };
  const { Errors } = await import('typebox/schema');
  try {
    const [, errors] = Errors(schema, reading.value);
    // The keyword that lists names says it better than the `false` behind each of them.
    const told = errors.filter(({ keyword }) => keyword !== 'boolean');
    const problems = told.map(({ instancePath, message }) => `${instancePath || 'The answer'} ${message}.`);
    return { pretty, bySchema, problems: problems.slice(0, mostProblems) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { pretty, bySchema: false, problems: [`The schema cannot be used to check: ${message}`] };
  }
}
