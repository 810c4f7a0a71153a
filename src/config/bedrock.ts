// What `type: bedrock` has that no other provider has: a region that says where it is, and Amazon's pairs of keys beside keys of
// Bedrock's own. Secrets stay in `Secret`.
import type { ProviderEntry } from './schema.ts';
import { Secret } from './secret.ts';

type BedrockEntry = Extract<ProviderEntry, { type: 'bedrock' }>;

export interface AwsCredentials {
  readonly accessKeyId: Secret;
  readonly secretAccessKey: Secret;
  /** Of temporary credentials. */
  readonly sessionToken?: Secret;
}

/** Source: AWS General Reference, "Amazon Bedrock endpoints and quotas", 2026-11-22. Other partitions are named by `base_url`. */
export const bedrockUrl = (region: string) => `https://bedrock-runtime.${region}.amazonaws.com`;

/** `undefined` where the pair is not there. */
export function awsCredentialsOf(entry: BedrockEntry): AwsCredentials | undefined {
  const { access_key_id: id, secret_access_key: secret, session_token: token } = entry;
  if (id === undefined || secret === undefined) return undefined;
  return {
    accessKeyId: new Secret(id),
    secretAccessKey: new Secret(secret),
    ...(token === undefined ? {} : { sessionToken: new Secret(token) }),
  };
}

/** What is wrong with keys that are each right by themselves; `undefined` if nothing is. */
export function awsKeysProblem(entry: BedrockEntry): string | undefined {
  const { access_key_id: id, secret_access_key: secret, session_token: token } = entry;
  const pair = [id, secret, token].some((part) => part !== undefined);
  if (pair && (entry.api_key !== undefined || entry.api_keys !== undefined)) {
    return 'Give `access_key_id` with `secret_access_key`, or an `api_key` of Bedrock, not both.';
  }
  if (pair && secret === undefined) return '`access_key_id` and `session_token` need `secret_access_key`.';
  return pair && id === undefined ? '`secret_access_key` needs `access_key_id`.' : undefined;
}
