// What the form of a new provider holds, and what of it is sent. Pure.
import type { NewProvider, ProviderPreset } from '../../../api/contract.ts';

export interface ProviderDraft {
  readonly name: string;
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly region: string;
  readonly apiVersion: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** Named as the preset, or with the next number that is free. */
export function draftFor(preset: ProviderPreset, taken: readonly string[]): ProviderDraft {
  const base = preset.id === 'other' ? 'my-server' : preset.id;
  let name = base;
  for (let number = 2; taken.includes(name); number++) name = `${base}-${number}`;
  return {
    name,
    baseUrl: preset.base_url ?? '',
    apiKey: '',
    region: 'us-east-1',
    apiVersion: '',
    accessKeyId: '',
    secretAccessKey: '',
    sessionToken: '',
  };
}

/** An address that is the preset's own is left out, so that it follows the preset. */
export function providerOf(preset: ProviderPreset, draft: ProviderDraft): Omit<NewProvider, 'name'> {
  const text = (value: string) => (value.trim() === '' ? undefined : value.trim());
  const baseUrl = text(draft.baseUrl);
  const aws = preset.key === 'aws';
  return {
    type: preset.type,
    ...(preset.preset ? { preset: preset.preset } : {}),
    ...(baseUrl === undefined || baseUrl === preset.base_url ? {} : { base_url: baseUrl }),
    ...(text(draft.apiKey) ? { api_key: draft.apiKey.trim() } : {}),
    ...(preset.type === 'azure-openai' && text(draft.apiVersion)
      ? { api_version: draft.apiVersion.trim() }
      : {}),
    ...(preset.type === 'bedrock' ? { region: draft.region.trim() } : {}),
    ...(aws && text(draft.accessKeyId) ? { access_key_id: draft.accessKeyId.trim() } : {}),
    ...(aws && text(draft.secretAccessKey) ? { secret_access_key: draft.secretAccessKey.trim() } : {}),
    ...(aws && text(draft.sessionToken) ? { session_token: draft.sessionToken.trim() } : {}),
  };
}
