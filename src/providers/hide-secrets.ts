// Whatever an upstream says of its own failure passes here, whichever adapter read it: what it was called with, and where
// it is, reaches neither a client nor the log. Looks at failures only; an answer costs nothing.
import { TollgateError } from '../core/errors.ts';
import type { ProviderAdapter, RepeatReader, StreamReader, StreamReading } from '../core/ports.ts';
import type { Usage } from '../core/usage.ts';

export interface Secrets {
  /** Also pieces of them are hidden: upstreams like to quote the beginning of a key. */
  readonly keys: readonly string[];
  /** Hidden where they stand whole: hosts, values of headers. */
  readonly names: readonly string[];
}

interface Hide {
  /** In a sentence. */
  text(text: string): string;
  /** In the name of a field or a code: `tools` may be a host, but there it is a field. */
  name(text: string): string;
}

export function hideSecrets(adapter: ProviderAdapter, secrets: Secrets): ProviderAdapter {
  const hide = createHiding(secrets);

  function guarded<T>(read: () => T): T {
    try {
      return read();
    } catch (thrown) {
      throw hidden(thrown, hide);
    }
  }

  return {
    ...adapter,
    readWhole: (call, body) => guarded(() => adapter.readWhole(call, body)),
    createStreamReader(call) {
      return new GuardedReader(adapter.createStreamReader(call), hide);
    },
    mapError: (status, headers, body) => inError(adapter.mapError(status, headers, body), hide),
  };
}

/** One object instead of closures: there is one for each open stream. */
class GuardedReader implements StreamReader {
  readonly #reader: StreamReader;
  readonly #hide: Hide;

  constructor(reader: StreamReader, hide: Hide) {
    this.#reader = reader;
    this.#hide = hide;
  }

  get repeats(): RepeatReader | undefined {
    return this.#reader.repeats;
  }

  read(data: Buffer): StreamReading {
    try {
      return this.#reader.read(data);
    } catch (thrown) {
      throw hidden(thrown, this.#hide);
    }
  }

  complete(): boolean {
    return this.#reader.complete();
  }

  usage(): Usage | undefined {
    return this.#reader.usage();
  }

  usageChunk(usage: Usage): string {
    return this.#reader.usageChunk(usage);
  }
}

function hidden(thrown: unknown, hide: Hide): unknown {
  return thrown instanceof TollgateError ? inError(thrown, hide) : inCause(thrown, hide);
}

/** The same error where there is nothing to hide. */
function inError(error: TollgateError, hide: Hide): TollgateError {
  const message = inSentence(error.message, error.entry.message, hide);
  const param = error.param === null ? null : hide.name(error.param);
  // The gateway's own codes are no secret, though a piece of a key may be spelled like one of them.
  const { wireCode: code } = error;
  const wireCode = code === null || code === error.entry.code ? code : hide.name(code);
  const cause = inCause(error.cause, hide);
  const { retryAfterMs, shouldRetry } = error;
  if (
    message === error.message &&
    param === error.param &&
    wireCode === error.wireCode &&
    cause === error.cause
  ) {
    return error;
  }
  const clean = new TollgateError(error.code, {
    wireCode,
    ...(cause === undefined ? {} : { cause }),
    ...(param === null ? {} : { param }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(shouldRetry === undefined ? {} : { shouldRetry }),
  });
  clean.message = message;
  return clean;
}

/** The catalogue's own words stay, though a key or a host may be spelled like one of them. */
function inSentence(message: string, template: string, hide: Hide): string {
  const words = template.split(/\{\w+\}/);
  const values = new RegExp(`^${words.map(RegExp.escape).join('([^]*)')}$`).exec(message)?.slice(1);
  if (values?.length !== words.length - 1) return hide.text(message);
  return words
    .map((word, index) => word + (index < values.length ? hide.text(values[index] ?? '') : ''))
    .join('');
}

/** A parser quotes what it could not read, and stacks begin with the message. */
function inCause(cause: unknown, hide: Hide): unknown {
  if (cause instanceof TollgateError) return inError(cause, hide);
  if (!(cause instanceof Error)) return typeof cause === 'string' ? hide.text(cause) : cause;
  const text = cause.stack ?? cause.message;
  const deeper = inCause(cause.cause, hide);
  if (hide.text(cause.message) === cause.message && hide.text(text) === text && deeper === cause.cause)
    return cause;
  const clean = new Error(hide.text(cause.message), deeper === undefined ? undefined : { cause: deeper });
  clean.name = cause.name;
  return clean;
}

/** The shortest piece of a key that is hidden. */
const pieceLength = 8;
/** The shortest text that is a secret at all; shorter ones are everywhere. */
const shortest = 4;
/** Nobody reads on, and looking for pieces takes its time. */
const longestText = 4_000;

const asciiLower = (text: string) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/** Upper and lower case are the same: hosts come back in either, and so do the values of headers. */
function createHiding({ keys, names }: Secrets): Hide {
  // As they stand in a URL, and in JSON that could not be read.
  const written = keys.flatMap((key) => [key, encodeURIComponent(key), JSON.stringify(key).slice(1, -1)]);
  const certain = [...written, ...names.filter((name) => /\W/.test(name))];
  const inNames = patternsOf(certain);
  const inText = patternsOf([...certain, ...names]);
  const lowerKeys = keys.flatMap((key) => [key, ...inBase64(key)].map(asciiLower));

  function hide(text: string, patterns: readonly RegExp[]): string {
    let shown = text.length > longestText ? `${text.slice(0, longestText)}…` : text;
    for (const pattern of patterns) shown = shown.replace(pattern, '***');
    for (const key of lowerKeys) shown = withoutPieces(shown, key, plainly);
    if (!escapes.test(shown)) return shown;
    for (const key of lowerKeys) shown = withoutPieces(shown, key, readEscapes);
    return shown;
  }

  return { text: (text) => hide(text, inText), name: (text) => hide(text, inNames) };
}

/** The longest first: one may be the beginning of another. */
function patternsOf(secrets: readonly string[]): RegExp[] {
  return [...new Set(secrets)]
    .filter((secret) => secret.length >= shortest)
    .sort((a, b) => b.length - a.length)
    .map((secret) => new RegExp(RegExp.escape(secret), 'gi'));
}

/** The characters of its base64 that tell of nothing but the key, wherever it begins inside of what was encoded. */
function inBase64(key: string): string[] {
  const bytes = Buffer.from(key);
  return [0, 1, 2].flatMap((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64url');
    // The first and the last characters hold bits of the neighbours, too.
    const end = (before + bytes.length) % 3 === 0 ? encoded.length : encoded.length - 1;
    const own = encoded.slice(before === 0 ? 0 : before + 1, end);
    return [own, own.replaceAll('-', '+').replaceAll('_', '/')];
  });
}

/** A text as somebody reads it, and where each of its characters begins in what is written; the end is the last. */
interface Reading {
  readonly text: string;
  readonly starts: readonly number[];
}

const plainly = (written: string): Reading => ({
  text: written,
  starts: Array.from({ length: written.length + 1 }, (_, at) => at),
});

/** Of URLs, of JSON, of HTML. */
const escapes = /%[0-9a-f]{2}|\\u[0-9a-f]{4}|\\[^u]|&#(?:x[0-9a-f]{1,6}|\d{1,7});/i;
const letters = new RegExp(`(?:${escapes.source})|[^]`, 'gi');

function readEscapes(written: string): Reading {
  const starts: number[] = [];
  let text = '';
  for (const { 0: letter, index } of written.matchAll(letters)) {
    text += letter.length === 1 ? letter : unescaped(letter);
    starts.push(index);
  }
  return { text, starts: [...starts, written.length] };
}

/** One code unit, so that places stay in step. */
function unescaped(letter: string): string {
  if (letter.startsWith('&')) {
    const number = letter.slice(2, -1);
    return String.fromCharCode(Number(/^x/i.test(number) ? `0${number}` : number));
  }
  if (/^(?:%|\\u)/i.test(letter) && letter.length > 2)
    return String.fromCharCode(Number.parseInt(letter.replace(/^(?:%|\\u)/i, ''), 16));
  return letter.slice(1);
}

function withoutPieces(written: string, key: string, read: (written: string) => Reading): string {
  if (key.length <= pieceLength) return written;
  const { text, starts } = read(written);
  const lower = asciiLower(text);
  let shown = '';
  let from = 0;
  let at = 0;
  while (at + pieceLength <= lower.length) {
    let end = at + pieceLength;
    if (!key.includes(lower.slice(at, end))) {
      at++;
      continue;
    }
    while (end < lower.length && key.includes(lower.slice(at, end + 1))) end++;
    shown += `${written.slice(from, starts[at])}***`;
    from = starts[end] ?? written.length;
    at = end;
  }
  return from === 0 ? written : shown + written.slice(from);
}
