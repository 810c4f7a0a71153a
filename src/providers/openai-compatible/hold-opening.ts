// The chunks that only begin messages wait for the first that says something. Most upstreams send them at once, and an upstream
// that dies before its first token has not answered: another one may, and nobody's clock of the first token stops.
import type { RepeatReader, StreamReader, StreamReading } from '../../core/ports.ts';
import type { Usage } from '../../core/usage.ts';

interface Choice {
  readonly delta?: Readonly<Record<string, unknown>>;
  readonly finish_reason?: unknown;
  readonly logprobs?: unknown;
}

const nothing: StreamReading = { text: '', done: false };

/** The reader with its first chunks in the `before` of the reading that ends the wait. */
export function holdOpening(reader: StreamReader): StreamReader {
  return new HeldReader(reader);
}

/** One object instead of closures: there is one for each open stream. */
class HeldReader implements StreamReader {
  readonly #reader: StreamReader;
  /** `undefined`: something was said. */
  #held: string[] | undefined = [];

  constructor(reader: StreamReader) {
    this.#reader = reader;
  }

  /** What repeats a chunk that says something comes behind one. */
  get repeats(): RepeatReader | undefined {
    return this.#held ? undefined : this.#reader.repeats;
  }

  read(data: Buffer): StreamReading {
    const reading = this.#reader.read(data);
    const held = this.#held;
    if (!held || reading.chunk === undefined) return reading;
    const choices = reading.text === '' && !reading.done ? blankChoices(reading.chunk) : undefined;
    if (choices) {
      if (reading.before) held.push(...reading.before);
      // Of what says nothing only the roles are worth keeping: some keep the line alive with the rest.
      if (choices.some(({ delta }) => delta && 'role' in delta)) held.push(reading.chunk);
      return nothing;
    }
    const before = [...held, ...(reading.before ?? [])];
    this.#held = undefined;
    return before.length > 0 ? { ...reading, before } : reading;
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

/** The choices of a chunk that all say nothing; `undefined` if one says something. */
function blankChoices(chunk: string): readonly Choice[] | undefined {
  const { choices = [] } = JSON.parse(chunk) as { readonly choices?: readonly Choice[] };
  return choices.every(isBlank) ? choices : undefined;
}

function isBlank({ delta = {}, finish_reason: finish, logprobs }: Choice): boolean {
  if (finish || logprobs) return false;
  return Object.entries(delta).every(
    ([name, value]) => name === 'role' || value === '' || value === null || value === undefined,
  );
}
