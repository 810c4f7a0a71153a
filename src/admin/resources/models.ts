// `/models` and `/providers`: what routes where, and how the targets are doing on this node.

import { notFound } from '../../accounts/revisions.ts';
import type { ProviderDefinition } from '../../config/providers.ts';
import type { ProviderReader, PublicModel } from '../../core/ports.ts';
import { writeTerms } from '../../core/price-terms.ts';
import type { TargetHealth } from '../../routing/health.ts';
import type { Target } from '../../routing/target.ts';
import { listOf as listSchema } from '../contract/forms.ts';
import * as contract from '../contract/models.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { isoTime } from '../times.ts';

export interface ModelParts {
  readonly models: () => readonly PublicModel[];
  readonly definitions: () => readonly ProviderDefinition[];
  readonly providers: ProviderReader;
  readonly health: Pick<TargetHealth, 'condition'>;
}

export function modelEndpoints(parts: ModelParts): Endpoint[] {
  const resource = 'models';
  const show = (model: PublicModel): contract.Model => ({
    name: model.name,
    strategy: model.strategy,
    route: model.route.map((group) => group.map((target) => showTarget(target, parts))),
    price: model.price
      ? { version: model.price.version, terms: JSON.parse(writeTerms(model.price)) as unknown }
      : null,
    context_window: model.contextWindow ?? null,
    max_output_tokens: model.maxOutputTokens ?? null,
    created_at: isoTime(model.created * 1000),
  });
  return [
    endpoint({
      resource,
      method: 'GET',
      path: '/models',
      summary: 'Models, with their routes, prices and the state of every target',
      description: 'All in one page. The state is that of the node that answers.',
      status: 200,
      answer: listSchema(contract.Model),
      handle: async () => ({ body: { data: parts.models().map(show), next_cursor: null } }),
    }),
    endpoint({
      resource,
      method: 'GET',
      path: '/models/{name}',
      summary: 'One model',
      description: 'A `/` in the name is written as `%2F`.',
      status: 200,
      answer: contract.Model,
      handle: async ({ params }) => {
        const model = parts.models().find(({ name }) => name === params.name);
        if (!model) throw notFound('model', params.name ?? '');
        return { body: show(model) };
      },
    }),
  ];
}

export function providerEndpoints(parts: ModelParts): Endpoint[] {
  const resource = 'providers';
  const show = (definition: ProviderDefinition): contract.Provider => {
    const models = parts
      .models()
      .filter(({ route }) => route.flat().some(({ provider }) => provider === definition.name));
    const targets = new Map(
      models
        .flatMap(({ route }) => route.flat())
        .filter(({ provider }) => provider === definition.name)
        .map((target) => [target.model, target]),
    );
    return {
      name: definition.name,
      type: definition.type,
      base_url: definition.type === 'local' ? null : definition.baseUrl,
      credentials: credentialsOf(definition),
      unavailable: parts.providers.provider(definition.name)?.unavailable()?.reason ?? null,
      models: models.map(({ name }) => name),
      targets: [...targets.values()].map((target) => showTarget(target, parts)),
    };
  };
  return [
    endpoint({
      resource,
      method: 'GET',
      path: '/providers',
      summary: 'Providers, with the state of every target; never a secret',
      status: 200,
      answer: listSchema(contract.Provider),
      handle: async () => ({ body: { data: parts.definitions().map(show), next_cursor: null } }),
    }),
    endpoint({
      resource,
      method: 'GET',
      path: '/providers/{name}',
      summary: 'One provider',
      status: 200,
      answer: contract.Provider,
      handle: async ({ params }) => {
        const definition = parts.definitions().find(({ name }) => name === params.name);
        if (!definition) throw notFound('provider', params.name ?? '');
        return { body: show(definition) };
      },
    }),
  ];
}

function credentialsOf(definition: ProviderDefinition): number {
  if (definition.type === 'local') return 0;
  if (definition.apiKeys) return definition.apiKeys.length;
  return definition.apiKey || definition.credentials ? 1 : 0;
}

function showTarget(target: Target, { providers, health }: ModelParts): contract.Target {
  const { circuit, waitMs, inFlight, latencyMs } = health.condition(target);
  return {
    provider: target.provider,
    model: target.model,
    weight: target.weight,
    circuit,
    wait_ms: Math.ceil(waitMs),
    in_flight: inFlight,
    latency_ms: latencyMs === undefined ? null : Math.round(latencyMs),
    unavailable: providers.provider(target.provider)?.unavailable()?.reason ?? null,
  };
}
