// What a model that does exactly what it is asked would say, and the script that lets it speak on any wire. Knows no wire.
import { type Answer, type Script, stream } from '../../support/scripted-upstream.ts';
import type { Asked, AskedCall, Said, SaidChoice, Wire } from './wire.ts';
import { Refused } from './wire.ts';

export const thought = 'Nine tenths are more.';
export const greeting = 'Hello there, and a fine day to you.';
/** The words that a stream has said when it breaks. */
export const delivered = 'Hello there, ';
export const anyObject = '{"hello": "world"}';

/** Words that a prompt may have, for what no model could be asked in any other way. */
export const orders = { fail: 'Please fail', breakOff: 'Please break off', endless: 'Please go on for ever' };

let made = 0;

export function perfectAnswer(asked: Asked): Said {
  const number = ++made;
  const choices = Array.from({ length: asked.choices }, (_, index) => choose(asked, `${number}_${index}`));
  const reasoning = choices.some((choice) => choice.reasoning) ? 4 : 0;
  const words = choices.reduce((sum, { tokens, calls }) => sum + tokens.length + calls.length, 0);
  return { number, choices, usage: { input: 12, cached: 7, output: words + reasoning, reasoning } };
}

function choose(asked: Asked, mark: string): SaidChoice {
  const reasoning = asked.thinks ? thought : undefined;
  const calls = callsOf(asked, mark);
  if (calls.length > 0) return { reasoning, tokens: [], calls, finish: 'tool_calls' };
  let text = textOf(asked);
  for (const stop of asked.stop) text = text.split(stop)[0] ?? '';
  const tokens: readonly string[] = text.match(/\S+\s*/gu) ?? [];
  const cap = asked.cap ?? Number.POSITIVE_INFINITY;
  const finish = tokens.length > cap ? 'length' : 'stop';
  return { reasoning, tokens: tokens.slice(0, cap), calls: [], finish };
}

function textOf({ format, turns }: Asked): string {
  if (format === 'object') return anyObject;
  if (format !== undefined) return JSON.stringify(fitting(format));
  return /^Repeat exactly: (.*)$/s.exec(turns.at(-1)?.text ?? '')?.[1] ?? greeting;
}

function callsOf({ tools, choice, parallel, turns }: Asked, mark: string): AskedCall[] {
  const forced = choice === 'required' || typeof choice === 'object';
  if (choice === 'none' || (!forced && turns.at(-1)?.results !== undefined)) return [];
  const wanted = tools.filter(({ name }) => typeof choice === 'string' || choice.name === name);
  return wanted.slice(0, parallel ? wanted.length : 1).map(({ name, parameters }, place) => ({
    id: `call_${mark}_${place}`,
    name,
    input: fitting(parameters),
  }));
}

// biome-ignore lint/suspicious/noExplicitAny: a JSON Schema of any shape
function fitting(schema: any): unknown {
  if (schema?.enum) return schema.enum[0];
  if (schema?.type === 'boolean') return true;
  if (schema?.type === 'integer') return 36;
  if (schema?.type === 'string') return 'Rome';
  const members = Object.entries(schema?.properties ?? {});
  return Object.fromEntries(members.map(([name, member]) => [name, fitting(member)]));
}

/** Plays the model on this wire; what it was asked, or why it refused, is told to `heard`. */
export function perfectModel(wire: Wire, heard: (asked: Asked | Refused) => void = () => undefined): Script {
  return async (answer) => {
    let asked: Asked;
    try {
      asked = wire.read(answer.request);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      heard(error);
      return wire.error(400, error.message, error.param)(answer);
    }
    heard(asked);
    const prompt = asked.turns.at(-1)?.text ?? '';
    if (prompt.includes(orders.fail)) return wire.error(503, 'too much to do', null)(answer);
    const said = perfectAnswer(asked);
    if (!asked.stream) return wire.whole(said, asked)(answer);
    if (prompt.includes(orders.endless)) return goOn(wire, asked)(answer);
    const frames = wire.frames(said, asked);
    const headers = { 'content-type': wire.streamType };
    if (prompt.includes(orders.breakOff))
      return stream([...begun(wire, asked), wire.overloadedFrame], headers)(answer);
    return stream(frames, headers)(answer);
  };
}

/** Frames of a stream up to and with its first words of text: `Hello there, `. */
export function begun(wire: Wire, asked: Asked): (string | Buffer)[] {
  const said = (count: number): Said => {
    const tokens = (greeting.match(/\S+\s*/gu) ?? []).slice(0, count);
    const choices = [{ reasoning: undefined, tokens, calls: [], finish: 'stop' as const }];
    return { number: 0, choices, usage: { input: 12, cached: 0, output: 2, reasoning: 0 } };
  };
  // What two answers of different length have in common is what comes before their ends.
  const [short, long] = [wire.frames(said(2), asked), wire.frames(said(3), asked)];
  const same = short.findIndex((frame, at) => !Buffer.from(frame).equals(Buffer.from(long[at] ?? '')));
  return short.slice(0, same);
}

function goOn(wire: Wire, asked: Asked): Script {
  return async (answer: Answer) => {
    answer.head(200, { 'content-type': wire.streamType });
    const frames = begun(wire, asked);
    for (const frame of frames) await answer.write(frame);
    const again = frames.at(-1) as string | Buffer;
    while (await answer.write(again)) await new Promise((resolve) => setTimeout(resolve, 10));
  };
}
