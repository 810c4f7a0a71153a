// What the playground holds: the set-up (instructions, parameters, tools, format) and one conversation for each model it is
// tried on. Plain data: it goes into the history and into links as it is.
import type { Answer } from '../stream/answer.ts';
import type { Thread } from './thread.ts';

export interface ImagePart {
  readonly name: string;
  /** `data:image/…;base64,…` */
  readonly url: string;
  readonly width: number;
  readonly height: number;
  /** Of the file, before base64. */
  readonly bytes: number;
}

export interface UserTurn {
  readonly role: 'user';
  readonly text: string;
  readonly images: readonly ImagePart[];
}

/** What a person answered to a call, in the order of the calls; `undefined` = not yet. */
export type ToolResults = readonly (string | undefined)[];

export interface AssistantTurn {
  readonly role: 'assistant';
  readonly model: string;
  readonly answer: Answer;
  readonly results: ToolResults;
  /** A person rewrote its text. */
  readonly edited?: boolean;
  /** From the ledger, once it is settled. */
  readonly charge?: Charge;
}

export interface Charge {
  readonly costNanoUsd: string | null;
  readonly usageSource: 'reported' | 'estimated' | null;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly partial: boolean;
}

export type Turn = UserTurn | AssistantTurn;

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

export type ToolChoice = 'auto' | 'none' | 'required';

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

/** A model with its conversation. Two of them stand side by side. */
export interface Lane {
  readonly id: string;
  readonly model: string;
  readonly thread: Thread<Turn>;
}

export interface Session extends Setup {
  readonly id: string;
  /** Name or id; absent = `default`. */
  readonly project?: string;
  readonly lanes: readonly Lane[];
  /** Unix ms. */
  readonly updatedAt: number;
}

export const emptySetup: Setup = {
  system: '',
  parameters: {},
  tools: [],
  toolChoice: 'auto',
  format: { type: 'text' },
};
