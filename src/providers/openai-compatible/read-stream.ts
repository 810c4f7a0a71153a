// Reads the events of an OpenAI-style stream in passing: relays each chunk's own bytes with the public model name, and
// mends only what breaks clients (CONTRACT section 3): usage last and only when asked, one id and time, whole choices.
import { TollgateError } from '../../core/errors.ts';
import type { ChatCall, StreamReader, StreamReading } from '../../core/ports.ts';
import type { Usage } from '../../core/usage.ts';
import { patchMembersOfText, replaceEarlyMember } from '../../wire/json-members.ts';
import { mapErrorMember } from './map-error.ts';
import { toUsage, toWireUsage } from './map-usage.ts';
import { type ChoiceMender, type ChunkChoice, createChoiceMender } from './mend-choice.ts';
import { writtenText } from './written-text.ts';

interface UpstreamChunk {
  id?: unknown;
  object?: unknown;
  created?: unknown;
  model?: unknown;
  choices?: unknown;
  usage?: unknown;
  error?: unknown;
}

const nothing: StreamReading = { text: '', done: false };
const end: StreamReading = { text: '', done: true };
/** How a chunk ends whose upstream was asked for usage by us and not by the client. */
const nullUsage = ',"usage":null}';
/** The most `n` may ask for. */
const mostChoices = 128;

/** `fallback` fills in what an upstream leaves out of its chunks; `created` is Unix seconds. */
export function createStreamReader(
  call: ChatCall,
  fallback: { readonly id: string; readonly created: number },
): StreamReader {
  const menders: ChoiceMender[] = [];
  const publicModel = call.request.model;
  const publicModelJson = JSON.stringify(publicModel);
  let identity: { id: string; created: number } | undefined;
  let usage: Usage | undefined;
  let namelessCalls = 0;
  const newCallId = () => `call_${fallback.id.replace(/^chatcmpl-/, '')}_${namelessCalls++}`;

  function read(data: Buffer): StreamReading {
    if (data.length === 6 && data.toString('latin1') === '[DONE]') return end;
    // Some upstreams keep the line alive with events of nothing, which clients take for broken JSON.
    if (data.length === 0) return nothing;
    // Bytes that are no text become U+FFFD, here as in the client.
    const given = data.toString();
    const chunk = parseChunk(given);
    if (chunk.error) throw mapErrorMember(chunk.error);
    if (chunk.object === 'error') throw mapErrorMember(chunk);
    usage = toUsage(chunk.usage) ?? usage;
    // A usage chunk is written anew at the end; chunks without choices carry nothing else for the client.
    if (!Array.isArray(chunk.choices) || chunk.choices.length === 0) return nothing;
    const choices = chunk.choices as unknown[];
    let changed = false;
    let text = '';
    for (const choice of [...choices]) {
      if (typeof choice !== 'object' || choice === null || Array.isArray(choice))
        throw senseless('its stream has no choices');
      changed = mendChoice(choice, choices) || changed;
      text += writtenText((choice as ChunkChoice).delta);
    }
    const patched = (changed ? undefined : patchFast(given, chunk)) ?? patchAll(given, chunk, changed);
    return { chunk: oneLine(patched), text, done: false };
  }

  function mendChoice(choice: Partial<ChunkChoice>, choices: unknown[]): boolean {
    const given = choice.index;
    const index = Number.isInteger(given) && (given as number) >= 0 ? (given as number) : 0;
    if (index >= mostChoices) throw senseless('its stream has too many choices');
    // Clients want choice 0 to begin first: those that an upstream has not begun yet begin before it.
    const earlier: ChunkChoice[] = [];
    while (menders.length < index) {
      const opening: ChunkChoice = { index: menders.length, delta: {}, finish_reason: null };
      menderOf(menders.length).mend(opening);
      earlier.push(opening);
    }
    if (earlier.length > 0) choices.splice(choices.indexOf(choice), 0, ...earlier);
    return menderOf(index).mend(choice) || earlier.length > 0;
  }

  function menderOf(index: number): ChoiceMender {
    menders[index] ??= createChoiceMender(index, newCallId);
    return menders[index];
  }

  /** The usual chunk of the usual upstream: only the model's name differs, and a usage of null is last, or wanted. */
  function patchFast(given: string, chunk: UpstreamChunk): string | undefined {
    if (
      chunk.object !== 'chat.completion.chunk' ||
      chunk.id !== identity?.id ||
      chunk.created !== identity?.created
    )
      return undefined;
    const named =
      chunk.model === publicModel
        ? given
        : replaceEarlyMember(given, 'model', JSON.stringify(chunk.model), publicModelJson);
    if (call.includeUsage) return chunk.usage === null ? named : undefined;
    if (!('usage' in chunk)) return named;
    return named?.endsWith(nullUsage) ? `${named.slice(0, -nullUsage.length)}}` : undefined;
  }

  function patchAll(given: string, chunk: UpstreamChunk, changed: boolean): string {
    identity ??= {
      id: typeof chunk.id === 'string' && chunk.id ? chunk.id : fallback.id,
      created: isUnixTime(chunk.created) ? chunk.created : fallback.created,
    };
    return patchMembersOfText(given, {
      id: JSON.stringify(identity.id),
      object: '"chat.completion.chunk"',
      created: String(identity.created),
      model: publicModelJson,
      usage: call.includeUsage ? 'null' : undefined,
      ...(changed ? { choices: JSON.stringify(chunk.choices) } : {}),
    });
  }

  return {
    read,
    complete: () => menders.length > 0 && menders.every((mender) => mender.finished()),
    usage: () => usage,
    usageChunk(counted) {
      const chunk = {
        ...(identity ?? fallback),
        object: 'chat.completion.chunk',
        model: publicModel,
        choices: [],
        usage: toWireUsage(counted),
      };
      return JSON.stringify(chunk);
    },
  };
}

function parseChunk(json: string): UpstreamChunk {
  try {
    const parsed: unknown = JSON.parse(json);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed;
  } catch (cause) {
    throw senseless('its stream is not JSON', cause);
  }
  throw senseless('its stream is not made of objects');
}

function senseless(reason: string, cause?: unknown): TollgateError {
  return new TollgateError('upstream_error', { values: { reason }, ...(cause ? { cause } : {}) });
}

/** Seconds; what an upstream gives in milliseconds is left to the fallback. */
function isUnixTime(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) > 0 && (value as number) < 1e11;
}

/** JSON may be spread over lines, which would end the event. */
function oneLine(json: string): string {
  return json.includes('\n') || json.includes('\r') ? JSON.stringify(JSON.parse(json)) : json;
}
