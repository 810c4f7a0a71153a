// What a provider's own wire is to these tests: it reads a request as strictly as the provider would and says in neutral
// words what was asked, and it writes what a model says, whole or as a stream. One file for each wire.
import type { Json, Script, Step, UpstreamRequest } from '../../support/scripted-upstream.ts';

export interface AskedCall {
  readonly id: string;
  readonly name: string;
  readonly input: Json;
}

/** What one turn of a conversation holds; only the members it has. */
export interface AskedTurn {
  readonly role: 'user' | 'assistant' | 'tool';
  readonly text?: string;
  /** `image/png:<base64>` or an https address, in order. */
  readonly media?: readonly string[];
  readonly calls?: readonly AskedCall[];
  readonly results?: readonly { readonly id: string; readonly text: string }[];
}

/** A request in neutral words. Absent is what was not asked. */
export interface Asked {
  readonly stream: boolean;
  readonly system: string;
  readonly turns: readonly AskedTurn[];
  readonly tools: readonly { readonly name: string; readonly parameters: Json }[];
  readonly choice: 'auto' | 'none' | 'required' | { readonly name: string };
  readonly parallel: boolean;
  /** `object`: any JSON object; else its schema. */
  readonly format?: 'object' | Json;
  readonly thinks: boolean;
  /** How much of its own signed or encrypted thinking of earlier turns came back; absent where it gives none out. */
  readonly remembered?: number;
  readonly stop: readonly string[];
  readonly cap: number | undefined;
  readonly choices: number;
  /** How many alternatives to each token are to be told. */
  readonly logprobs?: number;
}

export interface SaidChoice {
  readonly reasoning: string | undefined;
  readonly tokens: readonly string[];
  readonly calls: readonly AskedCall[];
  readonly finish: 'stop' | 'length' | 'tool_calls';
}

export interface Said {
  /** Counts the answers of this run. */
  readonly number: number;
  readonly choices: readonly SaidChoice[];
  /** As OpenAI counts: cached within input, reasoning within output. */
  readonly usage: {
    readonly input: number;
    readonly cached: number;
    readonly output: number;
    readonly reasoning: number;
  };
}

/** A request the provider would refuse with 400; the message is the provider's. */
export class Refused extends Error {
  readonly param: string | null;
  constructor(message: string, param: string | null = null) {
    super(message);
    this.param = param;
  }
}

export interface Wire {
  /** How the provider stands in tollgate.yaml, without its key. `origin`: of the scripted upstream. */
  provider(origin: string): Json;
  /** Name of the model at the provider. */
  readonly model: string;
  /** Throws Refused. */
  read(request: UpstreamRequest): Asked;
  whole(said: Said, asked: Asked): Script;
  readonly streamType: string;
  /** Frames of a whole stream, one packet each. */
  frames(said: Said, asked: Asked): (string | Buffer)[];
  /** An answer with an error status. */
  error(status: number, message: string, param: string | null): Script;
  /** An error inside of a stream that says the provider has too much to do. */
  readonly overloadedFrame: Step;
  /** A frame whose inside is no sense. */
  readonly garbageFrame: string | Buffer;
}

export function insist(holds: unknown, message: string, param: string | null = null): asserts holds {
  if (!holds) throw new Refused(message, param);
}

/** Providers refuse members that they do not know. */
export function only(value: Json, names: readonly string[], where: string): void {
  insist(typeof value === 'object' && value !== null && !Array.isArray(value), `${where}: must be an object`);
  for (const name of Object.keys(value))
    insist(names.includes(name), `${where}: unknown field '${name}'`, name);
}

export function exactlyOne(value: Json, names: readonly string[], where: string): string {
  const found = names.filter((name) => value[name] !== undefined);
  insist(found.length === 1, `${where}: needs exactly one of ${names.join(', ')}, has ${found.join(', ')}`);
  return found[0] as string;
}

export function base64(value: unknown, where: string): string {
  insist(
    typeof value === 'string' && value !== '' && Buffer.from(value, 'base64').toString('base64') === value,
    `${where}: not base64`,
  );
  return value;
}

/** `tools` and the like are absent rather than empty at every provider. */
export function filled<T>(value: readonly T[] | undefined, where: string): readonly T[] {
  insist(value === undefined || (Array.isArray(value) && value.length > 0), `${where}: must not be empty`);
  return value ?? [];
}

const types = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null'];

/** The least that every provider asks of a JSON Schema. */
export function checkType(schema: Json, where: string): void {
  const known = [schema?.type ?? []].flat().every((type: unknown) => types.includes(type as string));
  const members = schema?.properties ?? {};
  insist(known && typeof members === 'object', `${where}: JSON schema is invalid.`);
}

/** Drops members that are `undefined`, so that what was asked can be compared. */
export function turn(
  members: {
    readonly [Name in keyof AskedTurn]: AskedTurn[Name] | undefined;
  },
): AskedTurn {
  return Object.fromEntries(
    Object.entries(members).filter(
      ([, value]) => value !== undefined && (value as { length: number }).length !== 0,
    ),
  ) as unknown as AskedTurn;
}

/** Text in two pieces where it has two characters. */
export function halves(text: string): string[] {
  const middle = Math.ceil(text.length / 2);
  return [text.slice(0, middle), text.slice(middle)].filter((piece) => piece !== '');
}
