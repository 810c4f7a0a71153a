// What one response of Gemini says, whole or a piece of a stream: both have the same shape. CONTRACT section 5b.
import { TollgateError } from '../../core/errors.ts';
import type { StreamEvent } from '../../core/stream-event.ts';
import { mapErrorMember } from './map-error.ts';
import { mapFinishReason } from './map-finish-reason.ts';
import { mapUsage } from './map-usage.ts';
import { detailFormat } from './to-contents.ts';

interface Part {
  readonly text?: unknown;
  readonly thought?: unknown;
  readonly thoughtSignature?: unknown;
  readonly functionCall?: { readonly id?: unknown; readonly name?: unknown; readonly args?: unknown };
}

interface Candidate {
  readonly index?: unknown;
  readonly content?: { readonly parts?: unknown };
  readonly finishReason?: unknown;
}

interface Response {
  readonly candidates?: unknown;
  readonly promptFeedback?: { readonly blockReason?: unknown };
  readonly usageMetadata?: unknown;
  readonly error?: unknown;
}

export interface CandidateReader {
  read(response: unknown): StreamEvent[];
  /** Whether a candidate, or the prompt, has come to its end. */
  finished(): boolean;
}

const mostChoices = 128;

/** `newCallId`: for calls without one, which Gemini mostly leaves out. */
export function createCandidateReader(newCallId: () => string): CandidateReader {
  /** Calls of each choice so far. */
  const calls: number[] = [];
  /** Signatures of its texts so far. */
  const signatures: number[] = [];
  let finished = false;

  function partEvents(part: Part, choice: number): StreamEvent[] {
    const signature = typeof part.thoughtSignature === 'string' ? part.thoughtSignature : undefined;
    if (part.functionCall) {
      const { id, name, args } = part.functionCall;
      const call = calls[choice] ?? 0;
      calls[choice] = call + 1;
      const extra = signature === undefined ? undefined : { google: { thought_signature: signature } };
      const given = typeof id === 'string' && id !== '' ? id : newCallId();
      return [
        { type: 'tool-input-start', choice, call, id: given, name: String(name), extra },
        { type: 'tool-input-delta', choice, call, text: JSON.stringify(args ?? {}) },
      ];
    }
    if (typeof part.text !== 'string') return [];
    const type = part.thought === true ? 'reasoning-delta' : 'text-delta';
    const said: StreamEvent[] = part.text === '' ? [] : [{ type, choice, text: part.text }];
    return signature === undefined ? said : [...said, signed(signature, choice)];
  }

  /** Of a text, which may be empty: in OpenRouter's terms, as calls have a place of their own for it. */
  function signed(data: string, choice: number): StreamEvent {
    const index = signatures[choice] ?? 0;
    signatures[choice] = index + 1;
    return {
      type: 'reasoning-detail',
      choice,
      detail: { type: 'reasoning.encrypted', format: detailFormat, index, data },
    };
  }

  function candidateEvents(candidate: Candidate): StreamEvent[] {
    const choice = typeof candidate.index === 'number' ? candidate.index : 0;
    if (!Number.isInteger(choice) || choice < 0 || choice >= mostChoices) {
      throw new TollgateError('upstream_error', { values: { reason: 'its answer has too many choices' } });
    }
    const parts = candidate.content?.parts;
    const events = (Array.isArray(parts) ? (parts as (Part | null)[]) : []).flatMap((part) =>
      partEvents(part ?? {}, choice),
    );
    if (!candidate.finishReason) return events;
    finished = true;
    return [...events, { type: 'finish', choice, reason: mapFinishReason(candidate.finishReason) }];
  }

  return {
    read(given) {
      const response = (Array.isArray(given) ? given[0] : given) as Response | null;
      if (response?.error) throw mapErrorMember(response.error);
      const candidates = Array.isArray(response?.candidates)
        ? (response.candidates as (Candidate | null)[])
        : [];
      const events = candidates.flatMap((candidate) => candidateEvents(candidate ?? {}));
      // A prompt that is refused is a success without candidates.
      if (candidates.length === 0 && response?.promptFeedback?.blockReason) {
        finished = true;
        events.push({ type: 'finish', reason: 'content_filter' });
      }
      const usage = mapUsage(response?.usageMetadata);
      return usage ? [...events, { type: 'usage', usage }] : events;
    },
    finished: () => finished,
  };
}
