// `/providers`: where requests go, how targets and keys are doing on this node, and providers made and changed while the gateway runs.
// No answer holds a credential.
import { notFound } from '../../accounts/revisions.ts';
import { providerChoices } from '../../config/provider-choices.ts';
import type { RoutingReader } from '../../core/routing-entries.ts';
import { listOf as listSchema } from '../contract/forms.ts';
import * as contract from '../contract/providers.ts';
import { type AdminAnswer, type Endpoint, endpoint } from '../endpoint.ts';
import type { RoutingRules } from '../routing/rules.ts';
import { type ProviderShowParts, showProviders } from '../routing/show-provider.ts';

export interface ProviderEndpointParts {
  readonly show: ProviderShowParts;
  readonly reader: RoutingReader;
  readonly rules: RoutingRules;
}

export function providerEndpoints({ show, reader, rules }: ProviderEndpointParts): Endpoint[] {
  const resource = 'providers';

  async function one(name: string): Promise<AdminAnswer<contract.Provider>> {
    const provider = showProviders(show, await reader.routing()).find((each) => each.name === name);
    if (!provider) throw notFound('provider', name);
    return { body: provider, ...(provider.revision === null ? {} : { revision: provider.revision }) };
  }

  return [
    endpoint({
      resource,
      method: 'GET',
      path: '/providers',
      summary: 'Providers, with the state of every target; never a secret',
      description:
        'All in one page, also those that are not in use (`problem` says why). The state is that of the node that answers.',
      status: 200,
      answer: listSchema(contract.Provider),
      handle: async () => ({
        body: { data: showProviders(show, await reader.routing()), next_cursor: null },
      }),
    }),
    endpoint({
      resource,
      method: 'POST',
      path: '/providers',
      summary: 'Make a provider',
      description:
        'In force at every node within a second. Checked as `providers` of tollgate.yaml is; credentials are stored encrypted, and references to variables are not filled in. A name that tollgate.yaml or the environment has is taken: 409.',
      body: contract.NewProvider,
      status: 201,
      answer: contract.Provider,
      handle: async ({ body, audit }) => {
        const { name, ...entry } = body;
        await rules.providers.create(name, entry, audit);
        return one(name);
      },
    }),
    endpoint({
      resource,
      method: 'GET',
      path: '/provider-presets',
      summary: 'Known servers, and what each needs',
      status: 200,
      answer: contract.ProviderPresets,
      handle: async () => ({
        body: {
          data: providerChoices().map(({ id, type, preset, label, baseUrl, key, local }) => ({
            id,
            type,
            preset: preset ?? null,
            label,
            base_url: baseUrl ?? null,
            key,
            local,
          })),
        },
      }),
    }),
    endpoint({
      resource,
      method: 'GET',
      path: '/providers/{name}',
      summary: 'One provider',
      status: 200,
      answer: contract.Provider,
      handle: ({ params }) => one(params.name ?? ''),
    }),
    endpoint({
      resource,
      method: 'PATCH',
      path: '/providers/{name}',
      summary: 'Change a provider',
      description:
        'In force at every node within a second; requests under way go on with the old. Those of tollgate.yaml and of the environment are changed there: 409.',
      body: contract.ProviderChange,
      status: 200,
      answer: contract.Provider,
      conditional: true,
      handle: async ({ params, body, revision, audit }) => {
        const name = params.name ?? '';
        await rules.providers.change(name, body, revision, audit);
        return one(name);
      },
    }),
    endpoint({
      resource,
      method: 'DELETE',
      path: '/providers/{name}',
      summary: 'Delete a provider, and its credentials',
      description: 'While models route to it: 409, with their names.',
      status: 204,
      conditional: true,
      handle: async ({ params, revision, audit }) => {
        await rules.providers.remove(params.name ?? '', revision, audit);
        return {};
      },
    }),
  ];
}
