// Reads the events of an OpenAI-style stream in passing: relays each chunk's own bytes with the public model name, and
// mends only what breaks clients (CONTRACT section 3): usage last and only when asked, one id and time, whole choices.
import { TollgateError } from '../../core/errors.ts';
import type { ChatCall, RepeatReader, StreamReader, StreamReading } from '../../core/ports.ts';
import type { Usage } from '../../core/usage.ts';
import { patchMembersOfText, replaceEarlyMember } from '../../wire/json-members.ts';
import { type AnswerForm, answerFormOf } from './answer-form.ts';
import { learnUsualChunk, onlyText } from './learn-usual-chunk.ts';
import { mapErrorMember } from './map-error.ts';
import { completeUsage, toUsage, toWireUsage } from './map-usage.ts';
import { type ChoiceMender, type ChunkChoice, createChoiceMender } from './mend-choice.ts';
import { isUnixTime } from './unix-time.ts';
import type { UsualChunk } from './usual-chunk.ts';
import { writtenText } from './written-text.ts';

interface UpstreamChunk {
  id?: unknown;
  object?: unknown;
  created?: unknown;
  model?: unknown;
  system_fingerprint?: unknown;
  service_tier?: unknown;
  choices?: unknown;
  usage?: unknown;
  error?: unknown;
  message?: unknown;
  code?: unknown;
  type?: unknown;
}

const nothing: StreamReading = { text: '', done: false };
const end: StreamReading = { text: '', done: true };
const nullUsage = ',"usage":null}';
/** Bytes of the event that says that this was all, at most. */
const longestEnd = 16;
/** The most `n` may ask for. */
const mostChoices = 128;
/** Where no chunk is like another, it is not tried for ever. */
const mostLessons = 8;

interface Identity {
  readonly id: string;
  readonly created: number;
}

type Hearing = (delta: Readonly<Record<string, unknown>>) => void;

/**
 * `fallback` fills in what an upstream leaves out of its chunks; `created` is Unix seconds. `heard`: gets the deltas of choice 0.
 * `patience`: how many chunks are looked at in vain for one like it; 0 = every chunk is parsed.
 */
export function createStreamReader(
  call: ChatCall,
  fallback: Identity,
  form: AnswerForm = answerFormOf(call),
  heard?: Hearing,
  patience = mostLessons,
): StreamReader {
  return new Reader(call, fallback, form, heard, patience);
}

/** One object instead of closures: there is one for each open stream. */
class Reader implements StreamReader, RepeatReader {
  readonly #call: ChatCall;
  readonly #fallback: Identity;
  readonly #form: AnswerForm;
  readonly #heard: Hearing | undefined;
  readonly #patience: number;
  readonly #menders: ChoiceMender[] = [];
  #identity: Identity | undefined;
  #usage: Usage | undefined;
  #upstreamUsage: unknown;
  /** Members of the chunk with the usage that stay in the one written anew. */
  #usageHead: object | undefined;
  #namelessCalls = 0;
  /** The upstream said that this was all. */
  #ended = false;
  /** How the usual chunk goes out, once one was read. */
  #usual: UsualChunk | undefined;
  /** Usual chunks that were learned since the last that came again. */
  #lessons = 0;

  constructor(
    call: ChatCall,
    fallback: Identity,
    form: AnswerForm,
    heard: Hearing | undefined,
    patience: number,
  ) {
    this.#call = call;
    this.#fallback = fallback;
    this.#form = form;
    this.#heard = heard;
    this.#patience = patience;
  }

  get repeats(): RepeatReader {
    return this;
  }

  read(data: Buffer): StreamReading {
    const reading = this.#usual && this.readAgain(data, 0, data.length);
    if (reading) return reading;
    if (isEnd(data)) {
      this.#ended = true;
      return end;
    }
    // Some upstreams keep the line alive with events of nothing, which clients take for broken JSON.
    if (data.length === 0) return nothing;
    // Bytes that are no text become U+FFFD, here as in the client.
    const given = data.toString();
    const chunk = parseChunk(given);
    if (chunk.error) throw mapErrorMember(chunk.error);
    if (chunk.usage) this.#noteUsage(chunk);
    const { choices } = chunk;
    if (!Array.isArray(choices) || choices.length === 0) {
      if (isFlatError(chunk)) throw mapErrorMember(chunk);
      // A usage chunk is written anew at the end; chunks without choices carry nothing else for the client.
      return nothing;
    }
    const said = this.#lessons < this.#patience && !chunk.usage ? onlyText(choices) : undefined;
    const whole = this.#readChoices(given, chunk, choices, this.#heard);
    const steady = this.#menders[0]?.steady() === true;
    if (!steady) this.#usual = undefined;
    else if (said) {
      this.#usual = learnUsualChunk(given, said, whole, (json) => this.#reread(json)) ?? this.#usual;
      this.#lessons++;
    }
    return whole;
  }

  readAgain(bytes: Buffer, start: number, end: number): StreamReading | undefined {
    const reading = this.#usual?.read(bytes, start, end);
    if (!reading) return undefined;
    this.#lessons = 0;
    this.#heard?.({ [this.#usual?.member === 'content' ? 'content' : 'reasoning_content']: reading.text });
    return reading;
  }

  /** What would come of another chunk; leaves no trace where the choice is steady and the chunk has nothing but text. */
  #reread(json: string): StreamReading {
    const chunk = parseChunk(json);
    return this.#readChoices(json, chunk, chunk.choices as unknown[], undefined);
  }

  #readChoices(
    given: string,
    chunk: UpstreamChunk,
    choices: unknown[],
    hearing: Hearing | undefined,
  ): StreamReading {
    const ahead: ChunkChoice[] = [];
    let changed = choices.length > 1 && putInOrder(choices);
    let text = '';
    for (let at = 0; at < choices.length; ) {
      const choice = choices[at];
      if (typeof choice !== 'object' || choice === null || Array.isArray(choice))
        throw senseless('its stream has no choices');
      if (this.#menders[indexOf(choice)]?.finished() && !(choice as { error?: unknown }).error) {
        // Behind its finish reason a choice is over for its client: nothing more of it is passed on, and no text is lost there.
        if (writesMore(choice)) throw senseless('its stream goes on behind its end');
        choices.splice(at, 1);
        changed = true;
        continue;
      }
      const mended = this.#mendChoice(choice, ahead);
      changed ||= mended;
      if (mended && saysNothing(choice as ChunkChoice)) {
        choices.splice(at, 1);
        continue;
      }
      const { delta, index } = choice as ChunkChoice;
      text += writtenText(delta);
      if (index === 0) hearing?.(delta);
      at++;
    }
    // What had to go out before a choice that says nothing more takes its place.
    if (choices.length === 0) choices.push(...ahead.splice(-1));
    if (choices.length === 0) return nothing;
    if (ahead.length === 0) {
      const patched =
        (changed ? undefined : this.#patchFast(given, chunk)) ?? this.#patchAll(given, chunk, changed);
      return { chunk: oneLine(patched), text, done: false };
    }
    const before = ahead.map((choice) =>
      oneLine(this.#patchAll(given, { ...chunk, choices: [choice] }, true)),
    );
    const last = oneLine(this.#patchAll(given, chunk, true));
    return {
      before,
      chunk: last,
      text: ahead.map(({ delta }) => writtenText(delta)).join('') + text,
      done: false,
    };
  }

  #mendChoice(choice: Partial<ChunkChoice> & { error?: unknown }, ahead: ChunkChoice[]): boolean {
    if (choice.error) throw mapErrorMember(choice.error);
    const index = indexOf(choice);
    if (index >= mostChoices) throw senseless('its stream has too many choices');
    // Clients want choice 0 to begin first: those that an upstream has not begun yet begin before it.
    while (this.#menders.length < index) ahead.push(this.#newMender().open());
    return (this.#menders[index] ?? this.#newMender()).mend(choice, ahead);
  }

  #newMender(): ChoiceMender {
    const mender = createChoiceMender(this.#menders.length, this.#form, () => this.#newCallId());
    this.#menders.push(mender);
    return mender;
  }

  #newCallId(): string {
    return `call_${this.#fallback.id.replace(/^chatcmpl-/, '')}_${this.#namelessCalls++}`;
  }

  #noteUsage({ usage: reported, service_tier, system_fingerprint }: UpstreamChunk): void {
    const counted = toUsage(reported, service_tier);
    if (!counted) return;
    this.#usage = counted;
    this.#upstreamUsage = reported;
    this.#usageHead = {
      ...(service_tier === undefined ? {} : { service_tier }),
      ...(system_fingerprint === undefined ? {} : { system_fingerprint: system_fingerprint || null }),
    };
  }

  /** The usual chunk of the usual upstream: only the model's name differs, and a usage of null is last, or absent. */
  #patchFast(given: string, chunk: UpstreamChunk): string | undefined {
    if (
      chunk.object !== 'chat.completion.chunk' ||
      chunk.id !== this.#identity?.id ||
      chunk.created !== this.#identity?.created ||
      chunk.system_fingerprint === ''
    )
      return undefined;
    const named =
      chunk.model === this.#call.request.model
        ? given
        : replaceEarlyMember(
            given,
            'model',
            JSON.stringify(chunk.model),
            JSON.stringify(this.#call.request.model),
          );
    if (chunk.usage === undefined) {
      if (!this.#call.includeUsage) return named;
      return named?.endsWith('}') ? named.slice(0, -1) + nullUsage : undefined;
    }
    if (chunk.usage !== null) return undefined;
    if (this.#call.includeUsage) return named;
    return named?.endsWith(nullUsage) ? `${named.slice(0, -nullUsage.length)}}` : undefined;
  }

  #patchAll(given: string, chunk: UpstreamChunk, changed: boolean): string {
    this.#identity ??= {
      id: typeof chunk.id === 'string' && chunk.id ? chunk.id : this.#fallback.id,
      created: isUnixTime(chunk.created) ? chunk.created : this.#fallback.created,
    };
    const patch: Record<string, string | undefined> = {
      id: JSON.stringify(this.#identity.id),
      object: '"chat.completion.chunk"',
      created: String(this.#identity.created),
      model: JSON.stringify(this.#call.request.model),
      usage: this.#call.includeUsage ? 'null' : undefined,
    };
    if (chunk.system_fingerprint === '') patch.system_fingerprint = 'null';
    if (changed) patch.choices = JSON.stringify(chunk.choices);
    return patchMembersOfText(given, patch);
  }

  complete(): boolean {
    // Where nobody says that this was all, a choice that has not begun may still be to come.
    const wanted = this.#ended ? 1 : (this.#call.request.n ?? 1);
    return this.#menders.length >= wanted && this.#menders.every((mender) => mender.finished());
  }

  usage(): Usage | undefined {
    return this.#usage;
  }

  usageChunk(counted: Usage): string {
    const { id, created } = this.#identity ?? this.#fallback;
    const chunk = {
      id,
      object: 'chat.completion.chunk',
      created,
      model: this.#call.request.model,
      ...this.#usageHead,
      choices: [],
      usage: counted === this.#usage ? completeUsage(this.#upstreamUsage, this.#usage) : toWireUsage(counted),
    };
    return JSON.stringify(chunk);
  }
}

/** `[DONE]`, with blanks around it too: the official clients look at its beginning only. */
function isEnd(data: Buffer): boolean {
  return data.length < longestEnd && data.toString('latin1').trim() === '[DONE]';
}

/** Whether a choice as it came has text; blanks are none. */
function writesMore({ delta }: Partial<ChunkChoice>): boolean {
  if (typeof delta !== 'object' || delta === null) return false;
  const { content } = delta;
  return (Array.isArray(content) && content.length > 0) || writtenText(delta).trim() !== '';
}

/** What is left of a choice whose role was said before. */
function saysNothing({ delta, finish_reason: finish, logprobs }: ChunkChoice): boolean {
  if (finish || logprobs) return false;
  for (const _ in delta) return false;
  return true;
}

function indexOf(choice: Partial<ChunkChoice>): number {
  const given = choice.index;
  return Number.isInteger(given) && (given as number) >= 0 ? (given as number) : 0;
}

/** vLLM's flat form, and that of proxies which say `message` and a code or type beside it. */
function isFlatError({ object, message, code, type }: UpstreamChunk): boolean {
  if (object === 'error') return true;
  return typeof message === 'string' && (code !== undefined || type !== undefined);
}

/** Clients that know one choice read the first of a chunk, whatever its index. Says whether anything moved. */
function putInOrder(choices: unknown[]): boolean {
  const place = (choice: unknown) => Number((choice as ChunkChoice | null)?.index) || 0;
  if (!choices.some((choice, at) => at > 0 && place(choices[at - 1]) > place(choice))) return false;
  choices.sort((a, b) => place(a) - place(b));
  return true;
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

/** JSON may be spread over lines, which would end the event. */
function oneLine(json: string): string {
  return json.includes('\n') || json.includes('\r') ? JSON.stringify(JSON.parse(json)) : json;
}
