// What goes with each request of the playground beside the conversation. Plain data: it goes into links and the history as it is.

export interface ImagePart {
  readonly name: string;
  /** `data:image/…;base64,…` */
  readonly url: string;
  readonly width: number;
  readonly height: number;
  /** Of the file, before base64. */
  readonly bytes: number;
}

export interface ToolDefinition {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** JSON Schema as it was typed. */
  readonly parameters: string;
  readonly strict: boolean;
}

export type AnswerFormat =
  | { readonly type: 'text' }
  | { readonly type: 'json_object' }
  | {
      readonly type: 'json_schema';
      readonly name: string;
      readonly schema: string;
      readonly strict: boolean;
    };
export type JsonFormat = Exclude<AnswerFormat, { type: 'text' }>;

/** `function:get_weather`: that one. */
export type ToolChoice = 'auto' | 'none' | 'required' | `function:${string}`;

/** Absent = not sent: the model's own default. */
export interface Parameters {
  readonly temperature?: number;
  readonly top_p?: number;
  readonly max_completion_tokens?: number;
  readonly frequency_penalty?: number;
  readonly presence_penalty?: number;
  readonly seed?: number;
  readonly stop?: readonly string[];
  readonly reasoning_effort?: string;
}

export interface Setup {
  readonly system: string;
  readonly parameters: Parameters;
  readonly tools: readonly ToolDefinition[];
  readonly toolChoice: ToolChoice;
  readonly format: AnswerFormat;
}

export const emptySetup: Setup = {
  system: '',
  parameters: {},
  tools: [],
  toolChoice: 'auto',
  format: { type: 'text' },
};
