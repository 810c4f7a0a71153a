// What the playground holds: the set-up (instructions, parameters, tools, format) and one conversation for each model it is
// tried on. Plain data: it goes into the history and into links as it is.
import type { ImagePart, JsonFormat, Setup } from '../../../ui/playground-link/setup.ts';
import type { Answer } from '../stream/answer.ts';
import type { Thread } from './thread.ts';

export type {
  AnswerFormat,
  ImagePart,
  JsonFormat,
  Parameters,
  Setup,
  ToolChoice,
  ToolDefinition,
} from '../../../ui/playground-link/setup.ts';
export { emptySetup } from '../../../ui/playground-link/setup.ts';

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
  /** The JSON that was asked for, whatever is asked for since; absent = text. */
  readonly format?: JsonFormat;
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
