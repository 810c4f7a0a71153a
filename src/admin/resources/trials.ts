// `/providers/{name}/test`, `/models/{name}/test` and their like for a provider that is not stored: small real requests to targets,
// and the lists of models that upstreams offer.
import { notFound } from '../../accounts/revisions.ts';
import { createPriceSeed } from '../../config/price-seed.ts';
import type { ProviderDefinition } from '../../config/providers.ts';
import { formatUsd } from '../../core/money.ts';
import type { ProviderAdapter, ProviderReader, PublicModel } from '../../core/ports.ts';
import { listModels } from '../../providers/list-models.ts';
import type { ProviderSetup } from '../../providers/registry.ts';
import * as offered from '../contract/providers.ts';
import * as contract from '../contract/trials.ts';
import { type AdminCall, type Endpoint, endpoint } from '../endpoint.ts';
import type { RoutingRules } from '../routing/rules.ts';
import type { BookedTrial, TrialBook } from '../trial/book.ts';
import { quoteOf, quoteWords, secretsOf, sentenceOf } from '../trial/explain.ts';
import type { TrialTarget } from '../trial/targets.ts';
import { targetAt, targetsOf, unrouted } from '../trial/targets-to-try.ts';
import { type KeyedTarget, withEachKey } from '../trial/trial.ts';

export interface TrialEndpointParts {
  readonly models: () => readonly PublicModel[];
  readonly definitions: () => readonly ProviderDefinition[];
  readonly providers: ProviderReader;
  readonly rules: Pick<RoutingRules, 'draft'>;
  readonly book: TrialBook;
  /** An adapter for a provider that is not in use. */
  readonly adapterOf: (definition: ProviderDefinition) => ProviderAdapter | undefined;
  /** With its secrets in the clear, for the list of its models. */
  readonly setupOf: (definition: ProviderDefinition) => ProviderSetup;
}

/** For each trial of the admin API, in ms. */
export const trialTimeoutMs = 20_000;
const listTimeoutMs = 10_000;
/** At the same time: enough to be quick, too few for a rate limit. */
const atOnce = 4;

const how =
  'One request ("Say OK.", at most 16 tokens, 20 seconds) through the same adapter as any. It is in the ledger under the playground key of whoever asks, in project `default`; where the model has no price it is in none, and costs at the provider what it costs.';

export function trialEndpoints(parts: TrialEndpointParts): Endpoint[] {
  async function tryAll(
    targets: readonly KeyedTarget[],
    { caller, audit }: Pick<AdminCall, 'caller' | 'audit'>,
    definitions: readonly ProviderDefinition[],
  ): Promise<contract.Trials> {
    const results: contract.TrialResult[] = [];
    const signal = new AbortController().signal;
    for (let start = 0; start < targets.length; start += atOnce) {
      const booked = await Promise.all(
        targets.slice(start, start + atOnce).map((keyed) => parts.book(keyed, caller, audit, signal)),
      );
      results.push(...booked.map((trial) => showTrial(trial, definitions)));
    }
    return { data: results };
  }

  const keyed = (targets: readonly TrialTarget[], providers: ProviderReader) =>
    targets.flatMap((target) => withEachKey(target, providers));

  function definitionOf(name: string): ProviderDefinition {
    const found = parts.definitions().find((definition) => definition.name === name);
    if (!found) throw notFound('provider', name);
    return found;
  }

  async function offeredBy(definition: ProviderDefinition): Promise<offered.OfferedModels> {
    const setup = parts.setupOf(definition);
    if (setup.type === 'local' || definition.type === 'local') {
      return { data: [], cut: false, failure: null };
    }
    const found = await listModels(setup, listTimeoutMs);
    if ('failure' in found) {
      const { failure: message, status = null, said = '' } = found;
      const upstreamMessage = quoteWords(said, secretsOf(definition)) ?? null;
      return { data: [], cut: false, failure: { message, status, upstream_message: upstreamMessage } };
    }
    const seed = createPriceSeed();
    const routed = new Set(
      parts
        .models()
        .flatMap(({ route }) => route.flat())
        .filter(({ provider }) => provider === definition.name)
        .map(({ model }) => model),
    );
    return {
      data: found.models.map(({ id, contextWindow }) => ({
        id,
        context_window: contextWindow ?? null,
        price: seed.terms(definition.baseUrl, id) ?? null,
        routed: routed.has(id),
      })),
      cut: found.cut,
      failure: null,
    };
  }

  return [
    endpoint({
      resource: 'providers',
      method: 'POST',
      path: '/providers/{name}/test',
      summary: 'Try a provider, with each of its keys',
      description: how,
      body: contract.ProviderTrial,
      bodyOptional: true,
      status: 200,
      answer: contract.Trials,
      handle: async (call) => {
        const definition = definitionOf(call.params.name ?? '');
        const target = targetAt(definition.name, call.body.model ?? undefined, parts.models());
        return { body: await tryAll(keyed([target], parts.providers), call, parts.definitions()) };
      },
    }),
    endpoint({
      resource: 'models',
      method: 'POST',
      path: '/models/{name}/test',
      summary: 'Try every target of a model, with each key',
      description: how,
      body: contract.ModelTrial,
      bodyOptional: true,
      status: 200,
      answer: contract.Trials,
      handle: async (call) => {
        const model = parts.models().find(({ name }) => name === call.params.name);
        if (!model) throw notFound('model', call.params.name ?? '');
        return { body: await tryAll(keyed(targetsOf(model), parts.providers), call, parts.definitions()) };
      },
    }),
    endpoint({
      resource: 'providers',
      method: 'POST',
      path: '/provider-drafts/test',
      summary: 'Try a provider before it is made',
      description: `Nothing is stored. ${how}`,
      body: contract.DraftTrial,
      status: 200,
      answer: contract.Trials,
      handle: async (call) => {
        const definition = parts.rules.draft(call.body.provider);
        const adapter = parts.adapterOf(definition);
        const providers = { provider: () => adapter };
        const targets = keyed([unrouted(definition.name, call.body.model)], providers);
        return { body: await tryAll(targets, call, [definition]) };
      },
    }),
    endpoint({
      resource: 'providers',
      method: 'GET',
      path: '/providers/{name}/models',
      summary: 'The models that a provider offers',
      description:
        'Asked of the provider now, by `GET {base_url}/models`. `failure` says why there is no list, in the words of the provider.',
      status: 200,
      answer: offered.OfferedModels,
      role: 'admin',
      handle: async ({ params }) => ({ body: await offeredBy(definitionOf(params.name ?? '')) }),
    }),
    endpoint({
      resource: 'providers',
      method: 'POST',
      path: '/provider-drafts/models',
      summary: 'The models that a provider offers, before it is made',
      description: 'Nothing is stored.',
      body: offered.DraftProvider,
      status: 200,
      answer: offered.OfferedModels,
      handle: async ({ body }) => ({ body: await offeredBy(parts.rules.draft(body)) }),
    }),
  ];
}

function showTrial(
  { keyed, trial, requestId, cost }: BookedTrial,
  definitions: readonly ProviderDefinition[],
): contract.TrialResult {
  const definition = definitions.find(({ name }) => name === keyed.target.provider);
  const { error, usage } = trial;
  return {
    provider: keyed.target.provider,
    model: keyed.target.model,
    credential: keyed.credential ?? null,
    ok: trial.outcome === 'ok',
    status: trial.status ?? null,
    latency_ms: trial.latencyMs,
    first_token_ms: trial.firstTokenMs ?? null,
    answered_by: trial.answeredBy?.replace(/\p{C}/gu, '') ?? null,
    usage: usage ? { input: usage.input, output: usage.output } : null,
    error: error
      ? {
          code: error.code,
          message: sentenceOf(trial),
          upstream_message: quoteOf(trial, secretsOf(definition)) ?? null,
        }
      : null,
    request_id: requestId ?? null,
    cost: cost === undefined ? null : formatUsd(cost),
  };
}
