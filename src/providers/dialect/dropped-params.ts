// What of a request has no effect at a provider of another dialect, so that the client can be told. Knows the fields of the
// wire and the values that ask for nothing; which fields a provider takes is its own business.
import type { ChatCall } from '../../core/ports.ts';
import { isKnownField } from '../../wire/openai/known-fields.ts';

/** Fields of the wire that ask for something and are not `taken`, in the order of the request. */
export function lostParams({ request }: ChatCall, taken: (name: string) => boolean): string[] {
  return Object.entries(request).flatMap(([name, value]) =>
    isKnownField(name) && !taken(name) && asksForSomething(name, value) ? [name] : [],
  );
}

/** Those of `names` that ask for something. */
export function presentParams({ request }: ChatCall, names: readonly string[]): string[] {
  const fields = request as Readonly<Record<string, unknown>>;
  return names.filter((name) => asksForSomething(name, fields[name]));
}

/** What every provider does without being asked. Source: the defaults of CONTRACT section 1. */
const defaults: Readonly<Record<string, unknown>> = {
  temperature: 1,
  top_p: 1,
  frequency_penalty: 0,
  presence_penalty: 0,
  n: 1,
  logprobs: false,
  top_logprobs: 0,
  store: false,
  parallel_tool_calls: true,
  service_tier: 'auto',
  verbosity: 'medium',
  reasoning_effort: 'none',
};

function asksForSomething(name: string, value: unknown): boolean {
  if (value === null || value === undefined || value === defaults[name]) return false;
  if (name === 'modalities') return Array.isArray(value) && value.some((one) => one !== 'text');
  // `web_search_options: {}` asks for a search.
  const map = name === 'logit_bias' || name === 'metadata';
  return !map || Object.keys(value).length > 0;
}
