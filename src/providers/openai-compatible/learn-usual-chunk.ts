// Learns from a chunk of a stream how those like it go out: tries it with another text and another padding, and keeps what stands
// around them. Does not know of streams: who reads them says what would come of a chunk.
import type { StreamReading } from '../../core/ports.ts';
import { escaped, type TextMember, UsualChunk } from './usual-chunk.ts';

/** Of a chunk to learn from. */
const longestLesson = 16_384;

/** The last member of a chunk, without escapes: https://platform.openai.com/docs/api-reference/chat-streaming */
const paddedEnd = /^(.*"obfuscation"\s*:\s*")([\w+/=-]*)("\s*\})$/s;
/** A padding unlike any that is given. */
const otherPadding = '-_other_-';

/** A text that JSON may write in two ways: what was written anew has the shorter one. */
const probe = { asGiven: 'a text \\/ of its own', anew: 'a text / of its own' } as const;

const textMembers: readonly TextMember[] = ['content', 'reasoning_content', 'reasoning'];

/** What a chunk has to say beside its text, at most, to be usual. */
const silentMembers = new Set<string>(['role', 'refusal', 'tool_calls', 'function_call', ...textMembers]);

export interface UsualText {
  readonly member: TextMember;
  readonly text: string;
}

interface GivenChoice {
  readonly index?: unknown;
  readonly delta?: Readonly<Record<string, unknown>> | null;
  readonly finish_reason?: unknown;
  readonly logprobs?: unknown;
}

/** The one text that the first choice says in a chunk, where it says nothing else. To be asked before the chunk is mended. */
export function onlyText(choices: readonly unknown[]): UsualText | undefined {
  if (choices.length !== 1) return undefined;
  const { index, delta, finish_reason: finish, logprobs } = (choices[0] ?? {}) as GivenChoice;
  if (index !== 0 || typeof delta !== 'object' || delta === null) return undefined;
  if ((finish !== null && finish !== undefined) || (logprobs !== null && logprobs !== undefined))
    return undefined;
  let found: UsualText | undefined;
  for (const name in delta) {
    const value = delta[name];
    if (!silentMembers.has(name)) return undefined;
    if (name === 'role' || value === null || value === '') continue;
    if (Array.isArray(value) && value.length === 0) continue;
    if (found || typeof value !== 'string' || !textMembers.includes(name as TextMember)) return undefined;
    found = { member: name as TextMember, text: value };
  }
  return found;
}

/**
 * Learns from a chunk how those like it go out. `given`: its JSON; `reading`: what came of it; `reread`: what would come of
 * another, asked with one that has another text. `undefined`: there is no telling.
 */
export function learnUsualChunk(
  given: string,
  { member, text }: UsualText,
  reading: StreamReading,
  reread: (json: string) => StreamReading,
): UsualChunk | undefined {
  if (reading.before || reading.chunk === undefined || reading.text !== text) return undefined;
  if (given.length > longestLesson) return undefined;
  // Lines would end the event: such JSON is written anew as a whole.
  if (given.includes('\n') || given.includes('\r')) return undefined;
  for (const [start, end] of textsNamed(given, member)) {
    const [before, after] = [given.slice(0, start), given.slice(end)];
    const probed = before + probe.asGiven + after;
    if (textIn(probed, member) !== probe.anew) continue;
    const { chunk: sent = '', before: ahead } = reread(probed);
    const asGiven = sent.includes(probe.asGiven);
    const pieces = sent.split(asGiven ? probe.asGiven : probe.anew);
    const [head, tail] = pieces;
    if (ahead || pieces.length !== 2 || head === undefined || tail === undefined) return undefined;
    const written = asGiven ? given.slice(start, end) : escaped(text);
    if (head + written + tail !== reading.chunk) return undefined;
    const padding = paddingOf(after, tail);
    if (!padding)
      return new UsualChunk(member, { before, after: [after] }, { head, tail: [tail], anew: !asGiven });
    const { chunk: repadded } = reread(before + probe.asGiven + padding.given.join(otherPadding));
    if (repadded !== head + (asGiven ? probe.asGiven : probe.anew) + padding.sent.join(otherPadding))
      return undefined;
    return new UsualChunk(
      member,
      { before, after: padding.given },
      { head, tail: padding.sent, anew: !asGiven },
    );
  }
  return undefined;
}

/** What stands around a padding: its chunk's end as it is given and as it is sent. */
interface Padding {
  readonly given: readonly [string, string];
  readonly sent: readonly [string, string];
}

function paddingOf(after: string, tail: string): Padding | undefined {
  const [, ahead, padding, behind] = paddedEnd.exec(after) ?? [];
  if (ahead === undefined || behind === undefined) return undefined;
  const [sentAhead, sentBehind, more] = tail.split(`"${padding}"`);
  if (sentAhead === undefined || sentBehind === undefined || more !== undefined) return undefined;
  return { given: [ahead, behind], sent: [`${sentAhead}"`, `"${sentBehind}`] };
}

/** From where to where the values of members of that name go, without their quotes; texts only. */
function* textsNamed(json: string, name: string): Generator<[start: number, end: number]> {
  for (const match of json.matchAll(new RegExp(`"${name}"\\s*:\\s*"((?:[^"\\\\]|\\\\.)*)"`, 'g'))) {
    const end = match.index + match[0].length - 1;
    yield [end - (match[1] ?? '').length, end];
  }
}

function textIn(json: string, member: TextMember): unknown {
  const { choices } = JSON.parse(json) as { readonly choices: readonly GivenChoice[] };
  return choices[0]?.delta?.[member];
}
