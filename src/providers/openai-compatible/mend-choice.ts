// One choice of a stream, chunk by chunk, made regular where clients would break: role once, reasoning under one name,
// whole tool calls, one finish reason. CONTRACT sections 3 and 6.
import { mapFinishReason } from './map-finish-reason.ts';
import { createToolCallMender } from './mend-tool-calls.ts';
import { renameReasoning } from './reasoning-field.ts';

export interface ChunkChoice {
  index: number;
  delta: Record<string, unknown>;
  finish_reason?: unknown;
}

export interface ChoiceMender {
  /** Mends in place; says whether anything changed. Throws TollgateError where the upstream gave up. */
  mend(choice: Partial<ChunkChoice>): boolean;
  finished(): boolean;
}

export function createChoiceMender(index: number, newCallId: () => string): ChoiceMender {
  const calls = createToolCallMender(newCallId);
  let begun = false;
  let finished = false;

  function mendRole(delta: Record<string, unknown>): boolean {
    if (begun && !('role' in delta)) return false;
    if (begun) delete delta.role;
    else if (delta.role === 'assistant') {
      begun = true;
      return false;
    } else delta.role = 'assistant';
    begun = true;
    return true;
  }

  function mendCalls(delta: Record<string, unknown>): boolean {
    if (!('tool_calls' in delta)) return false;
    let changed = false;
    if (Array.isArray(delta.tool_calls)) {
      changed = calls.mend(delta.tool_calls);
      if (delta.tool_calls.length > 0) return changed;
    }
    delete delta.tool_calls;
    return true;
  }

  function mendFinish(choice: Partial<ChunkChoice>, delta: Record<string, unknown>): boolean {
    const given = choice.finish_reason;
    if (typeof given !== 'string' || given === '' || finished) {
      if (given === null) return false;
      choice.finish_reason = null;
      return true;
    }
    const reason = mapFinishReason(given, calls.count() > 0);
    finished = true;
    const empty = calls.closing();
    if (empty.length > 0)
      delta.tool_calls = [...((delta.tool_calls as unknown[] | undefined) ?? []), ...empty];
    choice.finish_reason = reason;
    return empty.length > 0 || reason !== given;
  }

  return {
    mend(choice) {
      let changed = choice.index !== index;
      if (changed) choice.index = index;
      if (typeof choice.delta !== 'object' || choice.delta === null || Array.isArray(choice.delta)) {
        choice.delta = {};
        changed = true;
      }
      const { delta } = choice;
      changed = renameReasoning(delta) || changed;
      changed = mendRole(delta) || changed;
      changed = mendCalls(delta) || changed;
      return mendFinish(choice, delta) || changed;
    },
    finished: () => finished,
  };
}
