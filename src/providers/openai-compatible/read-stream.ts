// Reads the events of an OpenAI-style stream in passing: relays each chunk's own bytes with the public model name, and
// mends only what breaks clients (CONTRACT section 3): role once, usage last and only when asked, one id and time.
import { TollgateError } from '../../core/errors.ts';
import type { ChatCall, StreamReader, StreamReading } from '../../core/ports.ts';
import type { Usage } from '../../core/usage.ts';
import { patchMembers } from '../../wire/json-members.ts';
import { mapErrorMember } from './map-error.ts';
import { toUsage, toWireUsage } from './map-usage.ts';
import { renameReasoning } from './reasoning-field.ts';

interface UpstreamChunk {
  id?: unknown;
  object?: unknown;
  created?: unknown;
  model?: unknown;
  choices?: unknown;
  usage?: unknown;
  error?: unknown;
}

interface UpstreamChunkChoice {
  index?: number;
  delta?: Record<string, unknown>;
  finish_reason?: unknown;
}

const nothing: StreamReading = { text: '', done: false };
const end: StreamReading = { text: '', done: true };

/** `fallback` fills in what an upstream leaves out of its chunks; `created` is Unix seconds. */
export function createStreamReader(
  call: ChatCall,
  fallback: { readonly id: string; readonly created: number },
): StreamReader {
  const begun = new Set<number>();
  const finished = new Set<number>();
  const publicModel = call.request.model;
  let identity: { id: string; created: number } | undefined;
  let usage: Usage | undefined;

  function read(data: Buffer): StreamReading {
    if (data.length === 6 && data.toString('latin1') === '[DONE]') return end;
    const chunk = parseChunk(data);
    if (chunk.error) throw mapErrorMember(chunk.error);
    if (chunk.object === 'error') throw mapErrorMember(chunk);
    usage = toUsage(chunk.usage) ?? usage;
    // A usage chunk is written anew at the end; chunks without choices carry nothing else for the client.
    if (!Array.isArray(chunk.choices) || chunk.choices.length === 0) return nothing;
    const choices = chunk.choices as UpstreamChunkChoice[];
    let changed = false;
    let text = '';
    for (const choice of choices) {
      changed = mendChoice(choice) || changed;
      text += writtenText(choice.delta);
    }
    return {
      chunk: patchMembers(data, {
        ...memberPatch(chunk),
        ...(changed ? { choices: JSON.stringify(choices) } : {}),
      }),
      text,
      done: false,
    };
  }

  /** Makes one choice of a chunk regular, in place; says whether anything changed. */
  function mendChoice(choice: UpstreamChunkChoice): boolean {
    let changed = false;
    if (typeof choice.index !== 'number') {
      choice.index = 0;
      changed = true;
    }
    if (typeof choice.delta !== 'object' || choice.delta === null) {
      choice.delta = {};
      changed = true;
    }
    const { delta } = choice;
    changed = renameReasoning(delta) || changed;
    if (!begun.has(choice.index)) {
      begun.add(choice.index);
      if (delta.role !== 'assistant') {
        choice.delta = { role: 'assistant', ...delta };
        choice.delta.role = 'assistant';
        changed = true;
      }
    } else if ('role' in delta) {
      delete delta.role;
      changed = true;
    }
    if ('tool_calls' in delta && (!Array.isArray(delta.tool_calls) || delta.tool_calls.length === 0)) {
      delete choice.delta.tool_calls;
      changed = true;
    }
    if (typeof choice.finish_reason === 'string') finished.add(choice.index);
    else if (choice.finish_reason === undefined) {
      choice.finish_reason = null;
      changed = true;
    }
    return changed;
  }

  function memberPatch(chunk: UpstreamChunk): Record<string, string | undefined> {
    const patch: Record<string, string | undefined> = {};
    identity ??= {
      id: typeof chunk.id === 'string' && chunk.id ? chunk.id : fallback.id,
      created: Number.isInteger(chunk.created) ? (chunk.created as number) : fallback.created,
    };
    if (chunk.model !== publicModel) patch.model = JSON.stringify(publicModel);
    if (chunk.id !== identity.id) patch.id = JSON.stringify(identity.id);
    if (chunk.created !== identity.created) patch.created = String(identity.created);
    if (chunk.object !== 'chat.completion.chunk') patch.object = '"chat.completion.chunk"';
    if (call.includeUsage) {
      if (chunk.usage !== null) patch.usage = 'null';
    } else if ('usage' in chunk) {
      patch.usage = undefined;
    }
    return patch;
  }

  return {
    read,
    complete: () => begun.size > 0 && finished.size === begun.size,
    usage: () => usage,
    usageChunk(counted) {
      const chunk = {
        ...(identity ?? fallback),
        object: 'chat.completion.chunk',
        model: publicModel,
        choices: [],
        usage: toWireUsage(counted),
      };
      return Buffer.from(JSON.stringify(chunk));
    },
  };
}

function parseChunk(data: Buffer): UpstreamChunk {
  try {
    const parsed: unknown = JSON.parse(data.toString());
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed;
  } catch (cause) {
    throw new TollgateError('upstream_error', { cause, values: { reason: 'its stream is not JSON' } });
  }
  throw new TollgateError('upstream_error', { values: { reason: 'its stream is not made of objects' } });
}

function writtenText(delta: Record<string, unknown> | undefined): string {
  if (!delta) return '';
  let text = '';
  if (typeof delta.reasoning_content === 'string') text += delta.reasoning_content;
  if (typeof delta.content === 'string') text += delta.content;
  if (Array.isArray(delta.tool_calls)) {
    for (const call of delta.tool_calls as { function?: { name?: string; arguments?: string } }[]) {
      text += (call?.function?.name ?? '') + (call?.function?.arguments ?? '');
    }
  }
  return text;
}
