// An operation of the OpenAPI document, with the parts the page shows, whatever the others may be.
import type { JsonSchema } from '../openapi/clean-schema.ts';
import type { OpenApiDocument } from '../openapi/document.ts';

export interface Example {
  readonly summary?: string;
  readonly value: unknown;
}

export interface MediaType {
  readonly schema: JsonSchema;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, Example>>;
}

export interface Response {
  readonly description: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly content: Readonly<Record<string, MediaType>>;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'header';
  readonly required: boolean;
  readonly description: string;
  readonly schema: JsonSchema;
  readonly example: string;
}

interface OperationObject {
  readonly tags: readonly string[];
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly security?: readonly unknown[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, MediaType>> };
  readonly responses: Readonly<Record<string, Response>>;
}

export interface Operation extends OperationObject {
  readonly method: string;
  readonly path: string;
  readonly needsKey: boolean;
}

export function operationsOf(document: OpenApiDocument): readonly Operation[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item as Readonly<Record<string, OperationObject>>).map(([method, operation]) => ({
      ...operation,
      method: method.toUpperCase(),
      path,
      needsKey: operation.security?.length !== 0,
    })),
  );
}

/** The examples of a media type, by name; one without a name is called after what it is. */
export function examplesOf({ example, examples }: MediaType): readonly Example[] {
  if (examples) return Object.values(examples);
  return example === undefined ? [] : [{ summary: 'Example', value: example }];
}
