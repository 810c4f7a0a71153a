// What an operator may set for one key beside what it may do.

/** What differs for one key from what the models and the server say. */
export interface KeyOptions {
  /** Fields nobody knows, or an upstream would not get, are refused. */
  readonly strictParams?: boolean;
  /** Reasoning goes out as `reasoning` too. */
  readonly reasoningAlias?: boolean;
  /** Most tokens an answer may have. */
  readonly maxOutputTokens?: number;
  /** What is said in its requests is kept, or is not, as far as tollgate.yaml lets it be (core/content.ts). */
  readonly logContent?: boolean;
}
