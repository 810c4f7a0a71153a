// What a checker of the wire found wrong with a request -> the error that the client gets.
import type { RequestProblem } from '../wire/openai/request-problem.ts';
import { TollgateError } from './errors.ts';

/** An empty `param` is the body as a whole: OpenAI sends `null` then. */
export function toRequestError(problem: RequestProblem): TollgateError {
  const { code, param, values } = problem;
  return new TollgateError(code, param ? { param, values } : { values });
}
