// What an upstream of another dialect says, in the gateway's own terms. Adapters read their wire into these; one writer
// makes chat completions of them. Unknown is `undefined`, never 0.
import type { Usage } from './usage.ts';

export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter';

/** `choice`: index of the choice, absent = 0. `call`: counts the tool calls of a choice from 0. */
export type StreamEvent =
  | { readonly type: 'text-delta'; readonly choice?: number; readonly text: string }
  | { readonly type: 'reasoning-delta'; readonly choice?: number; readonly text: string }
  | { readonly type: 'refusal-delta'; readonly choice?: number; readonly text: string }
  /** What the provider needs back with the next turn, in OpenRouter's shape (CONTRACT section 2). */
  | { readonly type: 'reasoning-detail'; readonly choice?: number; readonly detail: ReasoningDetail }
  | {
      readonly type: 'tool-input-start';
      readonly choice?: number;
      readonly call: number;
      /** Absent where the provider has no ids: one is made. */
      readonly id?: string | undefined;
      readonly name: string;
      /** Data of the provider that clients send back with the call, `extra_content` on the wire. */
      readonly extra?: Readonly<Record<string, unknown>> | undefined;
    }
  | {
      readonly type: 'tool-input-delta';
      readonly choice?: number;
      readonly call: number;
      readonly text: string;
    }
  | { readonly type: 'annotation'; readonly choice?: number; readonly annotation: unknown }
  | { readonly type: 'usage'; readonly usage: Usage }
  /** The tier that served the request, `service_tier` on the wire. */
  | { readonly type: 'service-tier'; readonly tier: string }
  | { readonly type: 'finish'; readonly choice?: number; readonly reason: FinishReason };

export interface ReasoningDetail {
  readonly type: 'reasoning.text' | 'reasoning.summary' | 'reasoning.encrypted';
  /** Whose it is, so that it only goes back there: `anthropic-claude-v1`, `openai-responses-v1`. */
  readonly format: string;
  readonly index: number;
  readonly text?: string;
  readonly summary?: string;
  readonly data?: string;
  readonly signature?: string;
  readonly id?: string;
}
