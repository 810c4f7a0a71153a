// Whether what came in fits its schema, and if not, which field is wrong, under its exact path. Unknown fields are refused:
// a setting that was misspelt must not look as if it had been taken.
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { TObject } from 'typebox';
import { didYouMean } from '../config/suggest.ts';
import { TollgateError } from '../core/errors.ts';
import { toRequestError } from '../core/request-error.ts';
import { describeSchemaErrors } from '../wire/openai/describe-schema-error.ts';
import type { RequestProblem } from '../wire/openai/request-problem.ts';
import { requireStorable } from './storable-text.ts';

export interface InputCheck {
  /** Throws TollgateError. */
  body(schema: TObject, body: unknown): void;
  /** The parameters, numbers and booleans as such. Throws TollgateError. */
  query(schema: TObject, parameters: URLSearchParams): Record<string, unknown>;
}

export function createInputCheck(): InputCheck {
  const options = {
    strict: false,
    verbose: true,
    allErrors: true,
    allowUnionTypes: true,
    validateFormats: false,
  } as const;
  const forBodies = new Ajv(options);
  const forQueries = new Ajv({ ...options, coerceTypes: true });
  const compiled = new Map<Ajv, WeakMap<TObject, ValidateFunction>>([
    [forBodies, new WeakMap()],
    [forQueries, new WeakMap()],
  ]);

  function check(ajv: Ajv, schema: TObject, value: unknown): void {
    const known = compiled.get(ajv);
    let validate = known?.get(schema);
    if (!validate) {
      validate = ajv.compile(schema);
      known?.set(schema, validate);
    }
    if (validate(value)) {
      requireStorable(value);
      return;
    }
    const errors = validate.errors ?? [];
    const unknown = errors.find(({ keyword }) => keyword === 'additionalProperties');
    if (unknown) throw unknownParameter(unknown);
    const problem = describeSchemaErrors(errors, value);
    throw toRequestError(inWords(problem, errors));
  }

  return {
    body: (schema, body) => check(forBodies, schema, body),
    query(schema, parameters) {
      const values: Record<string, unknown> = Object.create(null);
      for (const [name, value] of parameters) {
        if (Object.hasOwn(values, name)) {
          throw new TollgateError('invalid_value', { param: name, values: { reason: 'it is there twice.' } });
        }
        values[name] = value;
      }
      check(forQueries, schema, values);
      return values;
    },
  };
}

/** A pattern is for machines; its schema says in words what it asks for. */
function inWords(problem: RequestProblem, errors: readonly ErrorObject[]): RequestProblem {
  if (problem.code !== 'pattern_mismatch') return problem;
  const words = errors.find(({ keyword }) => keyword === 'pattern')?.parentSchema?.description;
  if (typeof words !== 'string') return problem;
  const reason = `${words.charAt(0).toLowerCase()}${words.slice(1)}`;
  return { code: 'invalid_value', param: problem.param, values: { reason } };
}

function unknownParameter(error: ErrorObject): TollgateError {
  const name = String(error.params.additionalProperty).slice(0, 100).toWellFormed();
  const path = error.instancePath.split('/').slice(1);
  const known = Object.keys((error.parentSchema as { properties?: object }).properties ?? {});
  const guess = didYouMean(name, known);
  const list = known.map((each) => `\`${each}\``).join(', ');
  const hint = guess || (known.length > 0 ? ` Known here: ${list}.` : ' There are none here.');
  return new TollgateError('admin_unknown_parameter', {
    param: [...path, name].join('.'),
    values: { hint },
  });
}
