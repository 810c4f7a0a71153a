// Why a JSON Schema cannot become a grammar: which keyword, where in the schema, and what to do. Knows nothing of the
// wire: who has the schema's place in a request puts that before `path`.

export interface ProblemPlace {
  /** From the schema's root, as `param` paths are written: `properties.age`, `anyOf[1]`; empty for the root. */
  readonly path: string;
  /** The keyword at fault; `undefined` if it is the schema as a whole. */
  readonly keyword?: string | undefined;
}

export class SchemaProblem extends Error {
  readonly path: string;
  readonly keyword: string | undefined;
  /** A clause without a full stop: `lookahead is not supported`. */
  readonly reason: string;
  /** Index of the tool whose parameters are at fault; `undefined` outside `toolCallGrammar`. */
  readonly tool: number | undefined;

  constructor(place: ProblemPlace, reason: string, tool?: number) {
    const keyword = place.keyword === undefined ? '' : `'${place.keyword}' `;
    const where = place.path === '' ? 'at the root of the schema' : `at ${place.path}`;
    super(`${keyword}${where}: ${reason}`);
    this.name = 'SchemaProblem';
    this.path = place.path;
    this.keyword = place.keyword;
    this.reason = reason;
    this.tool = tool;
  }
}
