// What a deployment of LiteLLM at Bedrock says of its region and keys. LiteLLM looks in many more places than Tollgate does:
// roles, profiles and files of the machine are not read. Source: LiteLLM's page on Bedrock, 2026-11-22.
import type { Notebook } from './notes.ts';
import { isSet, type Members, textOf } from './source.ts';

/** Ways to get keys that Tollgate does not go. */
const elsewhere = [
  'aws_role_name',
  'aws_session_name',
  'aws_profile_name',
  'aws_web_identity_token',
  'aws_sts_endpoint',
  'aws_external_id',
] as const;

/** Members of a provider of type `bedrock`; `undefined` where it cannot be carried over, which is noted. */
export function bedrockMembersOf(
  params: Members,
  path: string,
  notebook: Notebook,
): Record<string, string> | undefined {
  const role = elsewhere.find((name) => isSet(params[name]));
  if (role !== undefined) {
    notebook.lost(
      `${path}.${role}`,
      'Tollgate signs with `access_key_id` and `secret_access_key`, or sends an `api_key` of Bedrock; it takes on no role and reads no profile. The deployment is left out.',
    );
    return undefined;
  }
  const region = textOf(params.aws_region_name);
  const id = textOf(params.aws_access_key_id);
  const secret = textOf(params.aws_secret_access_key);
  const token = textOf(params.aws_session_token);
  if (region === undefined) {
    notebook.changed(
      path,
      'Without `aws_region_name` LiteLLM looks in several places; here the region is in the variable AWS_REGION_NAME, which must be set.',
    );
  }
  const common = { region: region ?? reference('AWS_REGION_NAME') };
  if (textOf(params.api_key) !== undefined) return common;
  if (id === undefined && secret === undefined) {
    notebook.changed(
      path,
      'Without keys in the file LiteLLM asks the machine for them (variables, profiles, roles). Tollgate takes the variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY only.',
    );
  }
  for (const name of ['aws_access_key_id', 'aws_secret_access_key', 'aws_session_token'] as const) {
    const stated = textOf(params[name]);
    if (stated !== undefined && !stated.startsWith('${')) {
      notebook.changed(
        `${path}.${name}`,
        `The key stands in the new file as it stood in the old one. Better keep it in the environment and write "\${NAME}".`,
      );
    }
  }
  return {
    ...common,
    access_key_id: id ?? reference('AWS_ACCESS_KEY_ID'),
    secret_access_key: secret ?? reference('AWS_SECRET_ACCESS_KEY'),
    ...(token === undefined ? {} : { session_token: token }),
  };
}

const reference = (variable: string) => `\${${variable}}`;

/** LiteLLM puts its way of calling, and sometimes the region, before the model's id. */
export function bedrockModel(model: string): string {
  return model.replace(/^(?:converse|converse_like|invoke)\//, '').replace(/^[a-z]{2}(?:-[a-z]+)+-\d\//, '');
}

/** Ways of calling, and kinds of models, that are not the Converse API. */
export const notConverse =
  /^(?:agent|agentcore|async_invoke|mantle|openai|bedrock_mantle|sagemaker|deepseek_r1|llama|nova|qwen2|qwen3|kimi)\//;
