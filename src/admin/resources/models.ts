// `/models`: what routes where, at what price, how the targets are doing on this node, and models made and changed while the gateway
// runs.
import { notFound } from '../../accounts/revisions.ts';
import type { RoutingReader } from '../../core/routing-entries.ts';
import { listOf as listSchema } from '../contract/forms.ts';
import * as contract from '../contract/models.ts';
import { type AdminAnswer, type Endpoint, endpoint } from '../endpoint.ts';
import type { TrafficReader } from '../routing/model-traffic.ts';
import type { RoutingRules } from '../routing/rules.ts';
import { type ModelShowParts, showModels } from '../routing/show-model.ts';

export interface ModelEndpointParts {
  readonly show: ModelShowParts;
  readonly reader: RoutingReader;
  readonly rules: RoutingRules;
  readonly traffic: TrafficReader;
}

export function modelEndpoints({ show, reader, rules, traffic }: ModelEndpointParts): Endpoint[] {
  const resource = 'models';

  async function one(name: string): Promise<AdminAnswer<contract.Model>> {
    const all = showModels(show, await reader.routing(), await traffic());
    const model = all.find((each) => each.name === name);
    if (!model) throw notFound('model', name);
    return { body: model, ...(model.revision === null ? {} : { revision: model.revision }) };
  }

  return [
    endpoint({
      resource,
      method: 'GET',
      path: '/models',
      summary: 'Models, with their routes, prices and the state of every target',
      description:
        'All in one page, also those that are not in use (`problem` says why). The state is that of the node that answers.',
      status: 200,
      answer: listSchema(contract.Model),
      handle: async () => ({
        body: { data: showModels(show, await reader.routing(), await traffic()), next_cursor: null },
      }),
    }),
    endpoint({
      resource,
      method: 'POST',
      path: '/models',
      summary: 'Make a model',
      description:
        'In force at every node within a second. Checked as `models` of tollgate.yaml is. What costs comes from the list of the gateway where that knows the first target, else from `POST /admin/v1/prices`: without a price its requests are refused. One that came with the gateway is replaced by one of the same name; one of tollgate.yaml is not: 409.',
      body: contract.NewModel,
      status: 201,
      answer: contract.Model,
      handle: async ({ body, audit }) => {
        const { name, ...entry } = body;
        await rules.models.create(name, entry, audit);
        return one(name);
      },
    }),
    endpoint({
      resource,
      method: 'GET',
      path: '/models/{name}',
      summary: 'One model',
      description: 'A `/` in the name is written as `%2F`.',
      status: 200,
      answer: contract.Model,
      handle: ({ params }) => one(params.name ?? ''),
    }),
    endpoint({
      resource,
      method: 'PATCH',
      path: '/models/{name}',
      summary: 'Change a model',
      description:
        'In force at every node within a second; requests under way go on with the old. Those of tollgate.yaml are changed there: 409.',
      body: contract.ModelChange,
      status: 200,
      answer: contract.Model,
      conditional: true,
      handle: async ({ params, body, revision, audit }) => {
        const name = params.name ?? '';
        await rules.models.change(name, body, revision, audit);
        return one(name);
      },
    }),
    endpoint({
      resource,
      method: 'DELETE',
      path: '/models/{name}',
      summary: 'Delete a model',
      description:
        'Requests for it get 404 from now on. One that came with the gateway and was replaced is back then. Its history stays.',
      status: 204,
      conditional: true,
      handle: async ({ params, revision, audit }) => {
        await rules.models.remove(params.name ?? '', revision, audit);
        return {};
      },
    }),
  ];
}
