// What a link carries of a session: the set-up and the turns that are shown, without figures and without large images. Reading
// one checks every member, for a link may come from anybody.

import { type Shared, type SharedTurn, version } from '../../../ui/playground-link/form.ts';
import type { ImagePart, Session, Setup, Turn } from '../conversation/session.ts';
import { emptySetup } from '../conversation/session.ts';
import { emptyThread, pathOf, type Thread, withTurn } from '../conversation/thread.ts';
import { isObject } from '../settings/json-text.ts';
import { newAnswer } from '../stream/answer.ts';
import { readParameters, readTools } from './read-setup.ts';

/** Characters of a data URL up to which an image travels along. */
export const largestImage = 2_000;
const mostTurns = 500;
const mostLanes = 2;

export interface Sharing {
  readonly shared: Shared;
  /** Images that are too large for an address. */
  readonly imagesLeftOut: number;
}

export function toShared({ lanes, ...session }: Session): Sharing {
  const { system, parameters, tools, toolChoice, format } = session;
  const [turns = [], ...others] = lanes.map(({ thread }) =>
    pathOf(thread).map(({ turn }) => shareTurn(turn)),
  );
  return {
    shared: {
      v: version,
      models: lanes.map(({ model }) => model),
      setup: { system, parameters, tools, toolChoice, format },
      turns,
      ...(others.length > 0 ? { others } : {}),
    },
    imagesLeftOut: Math.max(0, ...lanes.map(({ thread }) => largeImages(thread))),
  };
}

function shareTurn(turn: Turn): SharedTurn {
  if (turn.role === 'user') {
    const images = turn.images.filter(({ url }) => url.length <= largestImage);
    return { role: 'user', text: turn.text, ...(images.length > 0 ? { images } : {}) };
  }
  const { text, reasoning, toolCalls } = turn.answer;
  return {
    role: 'assistant',
    model: turn.model,
    text,
    ...(turn.format ? { format: turn.format } : {}),
    ...(reasoning === '' ? {} : { reasoning }),
    ...(toolCalls.length === 0
      ? {}
      : { calls: toolCalls, results: toolCalls.map((_, at) => turn.results[at] ?? null) }),
  };
}

function largeImages(thread: Thread<Turn>): number {
  return pathOf(thread)
    .flatMap(({ turn }) => (turn.role === 'user' ? turn.images : []))
    .filter(({ url }) => url.length > largestImage).length;
}

/** `undefined` when it is not what this page writes. `nextId` names what has no name in a link. */
export function fromShared(value: unknown, nextId: () => string, now: number): Session | undefined {
  if (!isObject(value) || value.v !== version || !isObject(value.setup)) return undefined;
  const { models, turns, others = [] } = value;
  if (!isTexts(models) || models.length < 1 || models.length > mostLanes) return undefined;
  const setup = readSetup(value.setup, nextId);
  if (!setup || !Array.isArray(others) || others.length >= mostLanes) return undefined;
  const read = [turns, ...others].map(readTurns);
  if (!read.every((each) => each !== undefined)) return undefined;
  return {
    ...setup,
    id: nextId(),
    updatedAt: now,
    lanes: models.map((model, at) => {
      let thread = emptyThread<Turn>();
      let parent: string | undefined;
      for (const turn of read[at] ?? questionsOf(read[0])) {
        const id = nextId();
        thread = withTurn(thread, parent, id, turn);
        parent = id;
      }
      return { id: nextId(), model, thread };
    }),
  };
}

function readTurns(value: unknown): readonly Turn[] | undefined {
  if (!Array.isArray(value) || value.length > mostTurns) return undefined;
  const turns = value.map(readTurn);
  return turns.every((turn) => turn !== undefined) ? turns : undefined;
}

/** Where the link has nothing of a model, nobody else's answer stands in its place. */
function questionsOf(turns: readonly Turn[] = []): readonly Turn[] {
  const answered = turns.findIndex(({ role }) => role === 'assistant');
  return answered === -1 ? turns : turns.slice(0, answered);
}

function readSetup(value: Readonly<Record<string, unknown>>, nextId: () => string): Setup | undefined {
  const { system, toolChoice } = value;
  const parameters = readParameters(value.parameters);
  const tools = readTools(value.tools, nextId);
  const format = readFormat(value.format);
  if (typeof system !== 'string' || !parameters || !tools || !format) return undefined;
  return { ...emptySetup, system, parameters, tools, toolChoice: readChoice(toolChoice), format };
}

function readChoice(value: unknown): Setup['toolChoice'] {
  if (value === 'none' || value === 'required') return value;
  const named = typeof value === 'string' && /^function:[\w-]{1,64}$/.test(value);
  return named ? (value as `function:${string}`) : 'auto';
}

function readFormat(value: unknown): Setup['format'] | undefined {
  if (!isObject(value)) return undefined;
  if (value.type === 'text' || value.type === 'json_object') return { type: value.type };
  const { type, name, schema, strict } = value;
  if (type !== 'json_schema' || typeof name !== 'string' || typeof schema !== 'string') return undefined;
  return { type, name, schema, strict: strict === true };
}

function readTurn(value: unknown): Turn | undefined {
  if (!isObject(value) || typeof value.text !== 'string') return undefined;
  const { role, text } = value;
  if (role === 'user') {
    const images = value.images ?? [];
    return Array.isArray(images) && images.every(isImage) ? { role, text, images } : undefined;
  }
  const { model, reasoning = '', calls = [], results = [] } = value;
  if (role !== 'assistant' || typeof model !== 'string' || typeof reasoning !== 'string') return undefined;
  if (!Array.isArray(calls) || !calls.every(isCall) || !Array.isArray(results)) return undefined;
  const format = readFormat(value.format);
  return {
    role,
    model,
    ...(format && format.type !== 'text' ? { format } : {}),
    answer: { ...newAnswer(0), status: 'done', text, reasoning, toolCalls: calls, endedAt: 0 },
    results: calls.map((_, at) => {
      const result: unknown = results[at];
      return typeof result === 'string' ? result : undefined;
    }),
  };
}

function isCall(value: unknown): value is { id: string; name: string; arguments: string } {
  return isObject(value) && [value.id, value.name, value.arguments].every((each) => typeof each === 'string');
}

/** Its bytes are in the link: an address elsewhere would be fetched by whoever opens it. */
function isImage(value: unknown): value is ImagePart {
  if (!isObject(value) || typeof value.url !== 'string' || typeof value.name !== 'string') return false;
  const counts = [value.width, value.height, value.bytes];
  return /^data:image\/(png|jpeg|webp|gif);base64,/.test(value.url) && counts.every(Number.isFinite);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}
