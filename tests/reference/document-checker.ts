// Holds values against a schema where it stands in an OpenAPI document, references and all.
import { Ajv2020 } from 'ajv/dist/2020.js';

/** The problems of `value` at, say, `/v1/models`, `GET`, `responses/200`, `application/json`. */
export type DocumentChecker = (
  value: unknown,
  path: string,
  method: string,
  place: string,
  type: string,
) => string[];

export function documentChecker(document: object): DocumentChecker {
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
  ajv.addSchema({ $id: 'openapi', ...document });
  return (value, path, method, place, type) => {
    const steps = ['paths', path, method.toLowerCase(), ...place.split('/'), 'content', type, 'schema'];
    const pointer = steps.map((step) => encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1')));
    const validate = ajv.compile({ $ref: `openapi#/${pointer.join('/')}` });
    if (validate(value)) return [];
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  };
}
