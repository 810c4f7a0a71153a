// The parameters a person can set, with the ranges and defaults of the wire. What is not set is not sent, so the model's own
// default holds.
import type { Parameters } from '../conversation/session.ts';

export interface NumberParameter {
  readonly name:
    | 'temperature'
    | 'top_p'
    | 'max_completion_tokens'
    | 'frequency_penalty'
    | 'presence_penalty'
    | 'seed';
  readonly label: string;
  readonly minimum: number;
  readonly maximum: number;
  /** Step of the slider; whole numbers where it is 1. Absent = no slider. */
  readonly step?: number;
  readonly whole: boolean;
  /** What holds while it is not set, in words. */
  readonly unset: string;
  readonly about: string;
}

export const numberParameters: readonly NumberParameter[] = [
  {
    name: 'temperature',
    label: 'Temperature',
    minimum: 0,
    maximum: 2,
    step: 0.05,
    whole: false,
    unset: '1',
    about: 'Lower is more predictable, higher more varied.',
  },
  {
    name: 'top_p',
    label: 'Top P',
    minimum: 0,
    maximum: 1,
    step: 0.01,
    whole: false,
    unset: '1',
    about: 'Only the likeliest tokens whose chances add up to this are considered.',
  },
  {
    name: 'max_completion_tokens',
    label: 'Max output tokens',
    minimum: 1,
    maximum: 1_000_000_000,
    whole: true,
    unset: 'set by the gateway',
    about: 'Most tokens of the answer, reasoning included.',
  },
  {
    name: 'frequency_penalty',
    label: 'Frequency penalty',
    minimum: -2,
    maximum: 2,
    step: 0.1,
    whole: false,
    unset: '0',
    about: 'Above 0, words become less likely the more often they have come.',
  },
  {
    name: 'presence_penalty',
    label: 'Presence penalty',
    minimum: -2,
    maximum: 2,
    step: 0.1,
    whole: false,
    unset: '0',
    about: 'Above 0, words that have come at all become less likely.',
  },
  {
    name: 'seed',
    label: 'Seed',
    minimum: Number.MIN_SAFE_INTEGER,
    maximum: Number.MAX_SAFE_INTEGER,
    whole: true,
    unset: 'random',
    about: 'The same seed and request give the same answer, where the model can.',
  },
];

export const reasoningEfforts = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const;
export const mostStops = 4;

/** Why a text is no value for it; `undefined` when it is one, or empty. */
export function numberProblem(parameter: NumberParameter, text: string): string | undefined {
  if (text.trim() === '') return undefined;
  const value = Number(text);
  const { minimum, maximum, whole } = parameter;
  if (!Number.isFinite(value)) return 'This is not a number.';
  if (whole && !Number.isInteger(value)) return 'Only whole numbers.';
  if (value < minimum) return `At least ${minimum.toLocaleString('en')}.`;
  if (value > maximum) return `At most ${maximum.toLocaleString('en')}.`;
  return undefined;
}

export function countSet(parameters: Parameters): number {
  return Object.values(parameters).filter((value) => value !== undefined).length;
}

/** Without the members that are not set, so that "nothing set" is an empty object. */
export function withParameter<Name extends keyof Parameters>(
  parameters: Parameters,
  name: Name,
  value: Parameters[Name] | undefined,
): Parameters {
  const { [name]: _, ...rest } = parameters;
  return (value === undefined ? rest : { ...rest, [name]: value }) as Parameters;
}
