// What all chunks of one answer have in common, and what one client wants of its form.
import type { AnswerForm } from '../openai-compatible/answer-form.ts';

export interface AnswerHead {
  /** `chatcmpl-…` */
  readonly id: string;
  /** Unix seconds. */
  readonly created: number;
  /** The public name. */
  readonly model: string;
  readonly form: AnswerForm;
  /** Ids for calls that the provider gave none. */
  readonly newCallId: () => string;
}
