// The provider a deployment of LiteLLM needs in tollgate.yaml: type, address, key and headers.
import { needs, providerFromEntry } from '../providers.ts';
import type { ProviderEntry } from '../schema.ts';
import { objectionsTo } from './accepted.ts';
import { azureAddressOf, baseUrlOf, datedVersion } from './address.ts';
import { bedrockMembersOf } from './bedrock-entry.ts';
import type { KnownProvider } from './known-providers.ts';
import type { Notebook } from './notes.ts';
import { isSet, type Members, membersOf, textOf } from './source.ts';

type Draft = Record<string, unknown>;

/** `undefined` where it cannot be carried over, which is noted. `path` is that of `litellm_params`. */
export function providerEntryOf(
  known: KnownProvider,
  params: Members,
  path: string,
  notebook: Notebook,
): ProviderEntry | undefined {
  const bedrock = known.type === 'bedrock' ? bedrockMembersOf(params, path, notebook) : {};
  if (!bedrock) return undefined;
  const stated = textOf(params.api_base ?? params.base_url ?? params.aws_bedrock_runtime_endpoint);
  // An openai/… model at another address is any server of that dialect.
  const elsewhere = known.type === 'openai' && stated !== undefined && !isOpenAI(stated);
  const type = elsewhere ? 'openai-compatible' : known.type;
  const version = textOf(params.api_version) ?? azureAddressOf(stated).version;
  const apiVersion = type === 'azure-openai' ? datedVersion(version) : undefined;
  const apiBase = stated ?? (known.baseVariable && `\${${known.baseVariable}}`);
  if (type === 'azure-openai' && version === undefined) {
    notebook.changed(
      path,
      'Without `api_version` Azure’s undated API is called; LiteLLM would take a version from AZURE_API_VERSION or a default of its own.',
    );
  }
  const baseUrl = apiBase === undefined ? known.baseUrl : baseUrlOf(apiBase, known, apiVersion);
  if (apiBase !== undefined && baseUrl === undefined) {
    notebook.lost(
      `${path}.api_base`,
      'This is no address of the form https://host/path, so the deployment is left out.',
    );
    return undefined;
  }
  const draft: Draft = { type, ...bedrock };
  if (known.preset) draft.preset = known.preset;
  if (baseUrl !== undefined && !(type === 'openai' && !elsewhere)) draft.base_url = baseUrl;
  // Where Amazon's pair of keys signs, there is no other.
  const apiKey = 'access_key_id' in bedrock ? undefined : apiKeyOf(known, elsewhere, params, path, notebook);
  if (apiKey !== undefined) draft.api_key = apiKey;
  if (apiVersion !== undefined) draft.api_version = apiVersion;
  const headers = headersOf(type, params, path, notebook);
  if (Object.keys(headers).length > 0) draft.headers = headers;
  if (baseUrl?.startsWith('${')) {
    notebook.changed(`${path}.api_base`, 'The address in that variable must not end in a slash.');
  }
  const [objection = whatLacks(draft as ProviderEntry)] = objectionsTo({ providers: { provider: draft } });
  if (objection === undefined) return draft as ProviderEntry;
  notebook.lost(path, `The deployment is left out, since its provider could not be called: ${objection}`);
  return undefined;
}

const noKeys = { openai: undefined, anthropic: undefined, gemini: undefined, evolink: undefined };

function whatLacks(entry: ProviderEntry): string | undefined {
  const lacks = providerFromEntry('provider', entry, noKeys);
  if (typeof lacks !== 'string') return undefined;
  return `LiteLLM’s file has no ${lacks === 'base_url' ? '`api_base`' : needs[lacks]} for it.`;
}

const isOpenAI = (apiBase: string) => /^https:\/\/api\.openai\.com(?:\/v1)?\/*$/.test(apiBase);

function apiKeyOf(
  known: KnownProvider,
  elsewhere: boolean,
  params: Members,
  path: string,
  notebook: Notebook,
): string | undefined {
  const stated = textOf(params.api_key);
  if (stated === undefined) {
    if (known.keyVariable === undefined) return undefined;
    if (!elsewhere) return `\${${known.keyVariable}}`;
    notebook.changed(
      path,
      'LiteLLM would send the key in OPENAI_API_KEY to this address, as no `api_key` is named. Tollgate sends none; add `api_key` to the provider if it needs one.',
    );
    return undefined;
  }
  if (!stated.startsWith('${') && /[A-Za-z0-9]{12,}/.test(stated)) {
    notebook.changed(
      `${path}.api_key`,
      `The key stands in the new file as it stood in the old one. Better keep it in the environment and write "\${NAME}".`,
    );
  }
  return stated;
}

function headersOf(
  type: ProviderEntry['type'],
  params: Members,
  path: string,
  notebook: Notebook,
): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const key of ['headers', 'extra_headers'] as const) {
    for (const [name, value] of Object.entries(membersOf(params[key]) ?? {})) {
      const text = textOf(value);
      const accepted =
        text !== undefined &&
        objectionsTo({
          providers: { p: { type: 'openai-compatible', base_url: 'http://x', headers: { [name]: text } } },
        }).length === 0;
      if (accepted) headers[name] = text;
      else notebook.lost(`${path}.${key}.${name}`, 'The gateway sets this header itself, or it is none.');
    }
  }
  if (isSet(params.organization)) {
    const organization = textOf(params.organization);
    if (organization !== undefined && type === 'openai') headers['openai-organization'] = organization;
    else {
      notebook.lost(
        `${path}.organization`,
        'One organization is carried over, for OpenAI. For several, define a provider for each, with `headers: { openai-organization: … }`.',
      );
    }
  }
  return headers;
}
