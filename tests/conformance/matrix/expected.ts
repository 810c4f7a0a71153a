// Pieces of what a play expects: the request as it reaches the upstream, and the row of the ledger.
import { expect } from 'vitest';
import type { Json } from '../../support/scripted-upstream.ts';
import type { Play } from './cells.ts';
import type { Ask, Seen, Usage } from './client.ts';

export const anyRequestId = expect.stringMatching(/^req_/);

const providers: Readonly<Record<string, { readonly provider: string; readonly upstreamModel: string }>> = {
  'gpt-5.1': { provider: 'openai', upstreamModel: 'gpt-5.1' },
  'thinking-model': { provider: 'thinker', upstreamModel: 'upstream-model' },
};
const cluster = { provider: 'cluster', upstreamModel: 'upstream-model' };
const servedBy = (model: string) => providers[model] ?? cluster;

/** The body that reaches the upstream, from a client that sends nothing of its own accord. */
export function body(ask: Ask, members: Json = {}): Json {
  const openai = servedBy(ask.model).provider === 'openai';
  return {
    model: servedBy(ask.model).upstreamModel,
    messages: [
      ...(ask.system ? [{ role: openai ? 'developer' : 'system', content: ask.system }] : []),
      { role: 'user', content: ask.prompt },
    ],
    ...(ask.temperature === undefined ? {} : { temperature: ask.temperature }),
    ...(ask.maxTokens ? { [openai ? 'max_completion_tokens' : 'max_tokens']: ask.maxTokens } : {}),
    ...(ask.n ? { n: ask.n } : {}),
    ...(ask.tools ? { tools: [weatherTool] } : {}),
    ...members,
  };
}

/** Usage is always asked for upstream, whether the client wants it or not. */
export const streamed = { stream: true, stream_options: { include_usage: true } };

/** Clients write more into a schema than it needs. */
export const weatherTool = {
  type: 'function',
  function: {
    name: 'weather',
    description: 'Tells the weather.',
    strict: true,
    parameters: expect.objectContaining({
      type: 'object',
      properties: { city: expect.objectContaining({ type: 'string' }) },
      required: ['city'],
      additionalProperties: false,
    }),
  },
};

/** A settled row; prices are those of the test gateway. */
export function row(ask: Ask, usage: Usage, members: Json = {}): Json {
  const cached = usage.cached ?? 0;
  return {
    ...servedBy(ask.model),
    model: ask.model,
    state: 'settled',
    usageSource: 'reported',
    usage: { input: usage.input, output: usage.output },
    cost: BigInt((usage.input - cached) * 1000 + cached * 100 + usage.output * 2000),
    partial: false,
    recovered: false,
    stream: false,
    ...members,
  };
}

/** Usage as clients show it that read the details: 0 where an upstream said nothing. */
export function shown({
  input,
  output,
  cached = 0,
  reasoning = 0,
}: Partial<Usage> & { input: number; output: number }): Usage {
  return { input, output, total: input + output, cached, reasoning };
}

/** For clients that always ask a stream for its usage. */
export function withUsage(seen: Seen, { way, rows }: Play): Seen {
  const usage = rows.at(-1)?.usage;
  if (seen.error || !seen.finish || !usage || way === 'whole') return seen;
  const { input, output, cachedInput: cached, reasoning } = usage;
  return { ...seen, usage: shown({ input, output, cached, reasoning }) };
}
