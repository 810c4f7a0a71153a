// Reads the events of an OpenAI-style stream in passing: relays each chunk's own bytes with the public model name, and
// mends only what breaks clients (CONTRACT section 3): usage last and only when asked, one id and time, whole choices.
import { isUtf8 } from 'node:buffer';
import { TollgateError } from '../../core/errors.ts';
import type { ChatCall, StreamReader, StreamReading } from '../../core/ports.ts';
import type { Usage } from '../../core/usage.ts';
import { patchMembers } from '../../wire/json-members.ts';
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
/** The most `n` may ask for. */
const mostChoices = 128;

/** `fallback` fills in what an upstream leaves out of its chunks; `created` is Unix seconds. */
export function createStreamReader(
  call: ChatCall,
  fallback: { readonly id: string; readonly created: number },
): StreamReader {
  const menders: ChoiceMender[] = [];
  const publicModel = call.request.model;
  let identity: { id: string; created: number } | undefined;
  let usage: Usage | undefined;
  let namelessCalls = 0;
  const newCallId = () => `call_${fallback.id.replace(/^chatcmpl-/, '')}_${namelessCalls++}`;

  function read(data: Buffer): StreamReading {
    if (data.length === 6 && data.toString('latin1') === '[DONE]') return end;
    // Some upstreams keep the line alive with events of nothing, which clients take for broken JSON.
    if (data.length === 0) return nothing;
    const chunk = parseChunk(data);
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
    const patch = {
      ...memberPatch(chunk),
      ...(changed ? { choices: JSON.stringify(choices) } : {}),
    };
    return { chunk: oneLine(patchMembers(data, patch)), text, done: false };
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

  function memberPatch(chunk: UpstreamChunk): Record<string, string | undefined> {
    const patch: Record<string, string | undefined> = {};
    identity ??= {
      id: typeof chunk.id === 'string' && chunk.id ? chunk.id : fallback.id,
      created: isUnixTime(chunk.created) ? chunk.created : fallback.created,
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
      return Buffer.from(JSON.stringify(chunk));
    },
  };
}

function parseChunk(data: Buffer): UpstreamChunk {
  try {
    const parsed: unknown = JSON.parse(data.toString());
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

/** JSON may be spread over lines, which would end the event, and hold bytes that are no text, which stop clients. */
function oneLine(json: Buffer): Buffer {
  if (!json.includes(0x0a) && !json.includes(0x0d) && isUtf8(json)) return json;
  return Buffer.from(JSON.stringify(JSON.parse(json.toString())));
}
