// `/playground`: the secret with which the console calls models through the same door as everybody, and which models there are
// to be called, with all that the page shows of them in one answer.
import type { PlaygroundKeys } from '../../accounts/playground-keys.ts';
import type { Projects } from '../../accounts/projects.ts';
import { TollgateError } from '../../core/errors.ts';
import * as contract from '../contract/playground.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import type { RoutingEndpointParts as ModelParts } from '../routing/endpoints.ts';
import { isoTime } from '../times.ts';
import { showPlaygroundModel } from './playground-model.ts';

export interface PlaygroundParts extends Pick<ModelParts, 'models' | 'providers' | 'health'> {
  readonly keys: PlaygroundKeys;
  readonly projects: Projects;
}

const resource = 'playground';
const defaultProject = 'default';

export function playgroundEndpoints({ keys, projects, ...parts }: PlaygroundParts): Endpoint[] {
  return [
    endpoint({
      resource,
      method: 'POST',
      path: '/playground/key',
      role: 'member',
      summary: 'A secret for the playground',
      description:
        'Of a key of your own, `Playground (name)`, which is made at the first use: one for each project. The secret ends after 12 hours, and for a member with the session that asked for it. Earlier ones work on until they end; of more than 8 the oldest ends at once.',
      body: contract.PlaygroundKeyRequest,
      bodyOptional: true,
      status: 201,
      answer: contract.PlaygroundKey,
      handle: async ({ body, caller, audit, session }) => {
        const project = await projectNamed(projects, body.project ?? defaultProject);
        const { key, secret, preview, expiresAt } = await keys.issue(
          project,
          caller,
          audit,
          session?.session,
        );
        return {
          body: {
            key: secret,
            preview,
            expires_at: isoTime(expiresAt),
            key_id: key.id,
            name: key.name,
            project_id: key.projectId,
            project: key.projectName,
          },
        };
      },
    }),
    endpoint({
      resource,
      method: 'GET',
      path: '/playground/models',
      summary: 'Models as the playground shows them',
      description: 'What each can be asked, at what price, and whether it would answer now.',
      status: 200,
      answer: contract.PlaygroundModels,
      handle: async () => ({
        body: { data: parts.models().map((model) => showPlaygroundModel(model, parts)) },
      }),
    }),
  ];
}

async function projectNamed(projects: Projects, reference: string) {
  try {
    return await projects.find(reference);
  } catch (error) {
    if (!(error instanceof TollgateError) || error.code !== 'admin_not_found') throw error;
    throw new TollgateError('invalid_value', {
      param: 'project',
      values: { reason: `there is no project \`${reference.slice(0, 100)}\`.` },
    });
  }
}
