// One entry of LiteLLM's `model_list`: what it calls, under which public name, and what it says about itself.

import type { CapabilitiesEntry, ProviderEntry } from '../schema.ts';
import { didYouMean } from '../suggest.ts';
import { azureAddressOf } from './address.ts';
import { notConverse } from './bedrock-entry.ts';
import { noteParams } from './counterparts.ts';
import { adviceFor, knownProviders, providerByName, upstreamModel } from './known-providers.ts';
import type { Notebook } from './notes.ts';
import { type PriceEntry, readPrice } from './prices.ts';
import { providerEntryOf } from './provider-entry.ts';
import { isSet, type Members, membersOf, numberOf, textOf } from './source.ts';

export interface Deployment {
  /** `model_list[0]` */
  readonly path: string;
  /** The public name it serves. */
  readonly name: string;
  /** Its `model_info.id`, by which fallbacks may name it. */
  readonly id: string | undefined;
  /** LiteLLM's prefix, which the provider is named after. */
  readonly prefix: string;
  readonly provider: ProviderEntry;
  readonly model: string;
  readonly weight: number | undefined;
  readonly rpm: number | undefined;
  readonly tpm: number | undefined;
  readonly order: number | undefined;
  /** Seconds. */
  readonly timeout: number | undefined;
  readonly streamTimeout: number | undefined;
  readonly retries: number | undefined;
  readonly maxOutputTokens: number | undefined;
  readonly contextWindow: number | undefined;
  readonly price: PriceEntry | undefined;
  /** Runs on a machine of one's own, so LiteLLM counts it as free. */
  readonly own: boolean;
  readonly capabilities: CapabilitiesEntry;
}

/** `undefined` where it cannot be carried over, which is noted. */
export function readDeployment(
  entry: unknown,
  path: string,
  credentials: ReadonlyMap<string, Members>,
  notebook: Notebook,
): Deployment | undefined {
  const { model_name: name, litellm_params: given, model_info: about } = membersOf(entry) ?? {};
  const stated = membersOf(given);
  const info = membersOf(about) ?? {};
  const wanted = stated && textOf(stated.model);
  if (typeof name !== 'string' || !stated || wanted === undefined) {
    notebook.lost(path, 'It needs `model_name` and `litellm_params.model`.');
    return undefined;
  }
  if (name.includes('*') || wanted.includes('*')) {
    notebook.lost(path, 'Patterns are not read here. Write out the models that clients may name.');
    return undefined;
  }
  const mode = textOf(info.mode);
  if (mode !== undefined && !/^(?:chat|responses)$/.test(mode)) {
    notebook.lost(path, `Tollgate serves chat completions; a model of mode \`${mode}\` has no place there.`);
    return undefined;
  }
  const params = withCredential(stated, path, credentials, notebook);
  const { prefix, model } = splitModel(wanted, textOf(params.custom_llm_provider));
  const known = Object.hasOwn(knownProviders, prefix) ? knownProviders[prefix] : undefined;
  if (!known) {
    const guess = prefix === '' ? '' : didYouMean(prefix, Object.keys(knownProviders));
    notebook.lost(
      `${path}.litellm_params.model`,
      prefix === ''
        ? 'The name does not tell the provider. Write it as `provider/name`, as in `openai/gpt-5.1`, and import again.'
        : adviceFor(prefix) + guess,
    );
    return undefined;
  }
  if (model === '') {
    notebook.lost(`${path}.litellm_params.model`, 'The name of the model is missing behind the provider’s.');
    return undefined;
  }
  if (known.type === 'bedrock' && notConverse.test(model)) {
    notebook.lost(
      `${path}.litellm_params.model`,
      'Tollgate calls models at Bedrock by its Converse API; this names another way. Write it as `bedrock/<model id>` if the model is there too, and import again.',
    );
    return undefined;
  }
  const provider = providerEntryOf(known, params, `${path}.litellm_params`, notebook);
  if (!provider) return undefined;
  noteParams(params, info, path, notebook);
  const deployment =
    provider.type === 'azure-openai' ? azureDeployment(params, model, path, notebook) : model;
  return {
    path,
    name,
    id: textOf(info.id),
    prefix,
    provider,
    model: upstreamModel(prefix, deployment),
    weight: numberOf(params.weight),
    rpm: numberOf(params.rpm),
    tpm: numberOf(params.tpm),
    order: numberOf(params.order),
    timeout: numberOf(params.timeout),
    streamTimeout: numberOf(params.stream_timeout),
    retries: numberOf(params.num_retries),
    maxOutputTokens: numberOf(
      params.max_completion_tokens ?? params.max_tokens ?? info.max_output_tokens ?? info.max_tokens,
    ),
    contextWindow: numberOf(info.max_input_tokens),
    price: readPrice(params, info, path, notebook),
    own: known.own === true,
    capabilities: {
      ...(prefix === 'openai' && provider.type === 'openai' && model.startsWith('responses/')
        ? { responses: 'always' as const }
        : {}),
      ...capabilitiesOf(params, info, path, notebook),
    },
  };
}

/** `prefix` is empty where nothing tells the provider. */
function splitModel(wanted: string, custom: string | undefined): { prefix: string; model: string } {
  if (custom !== undefined) {
    return {
      prefix: custom,
      model: wanted.startsWith(`${custom}/`) ? wanted.slice(custom.length + 1) : wanted,
    };
  }
  const slash = wanted.indexOf('/');
  if (slash === -1) return { prefix: providerByName(wanted) ?? '', model: wanted };
  return { prefix: wanted.slice(0, slash), model: wanted.slice(slash + 1) };
}

/** What LiteLLM calls at Azure: an address with a deployment in it is called as it is, whatever the model's name. */
function azureDeployment(params: Members, model: string, path: string, notebook: Notebook): string {
  if (model.startsWith('responses/')) {
    notebook.changed(
      `${path}.litellm_params.model`,
      'LiteLLM would call Azure’s Responses API; Tollgate calls it for OpenAI only, so this deployment is asked for chat completions.',
    );
  }
  const { deployment } = azureAddressOf(textOf(params.api_base ?? params.base_url));
  if (deployment === undefined || deployment === upstreamModel('azure', model)) return model;
  notebook.changed(
    `${path}.litellm_params.api_base`,
    'The address names the deployment, and LiteLLM calls that one: the target has its name, not that of `model`.',
  );
  return deployment;
}

/** What `credential_list` has under the name the deployment gives, below what it says itself. */
function withCredential(
  params: Members,
  path: string,
  credentials: ReadonlyMap<string, Members>,
  notebook: Notebook,
): Members {
  const name = textOf(params.litellm_credential_name);
  if (name === undefined) return params;
  const found = credentials.get(name);
  if (!found) {
    notebook.lost(
      `${path}.litellm_params.litellm_credential_name`,
      'There is no such entry in `credential_list`; if LiteLLM has it in its database, add `api_key` to the provider by hand.',
    );
  }
  return { ...found, ...params };
}

const abilities = {
  images: 'supports_vision',
  tools: 'supports_function_calling',
  json_schema: 'supports_response_schema',
} as const;

function capabilitiesOf(params: Members, info: Members, path: string, notebook: Notebook): CapabilitiesEntry {
  const { additional_drop_params: dropped = [] } = params;
  const given: unknown[] = Array.isArray(dropped) ? dropped : [];
  const names = given.filter((name) => typeof name === 'string' && /^[A-Za-z_]\w{0,63}$/.test(name));
  if (isSet(dropped) && (!Array.isArray(dropped) || names.length < given.length)) {
    const nested = given.filter((name) => typeof name === 'string' && /^[\w.[\]*]{1,64}$/.test(name));
    const others = nested.filter((name) => !names.includes(name)).map((name) => `\`${name}\``);
    notebook.lost(
      `${path}.litellm_params.additional_drop_params`,
      `Whole parameters can be left out, by a list of their names, not parts of them${others.length > 0 ? `: ${others.join(', ')} ${others.length > 1 ? 'are' : 'is'} sent` : ''}.`,
    );
  }
  return {
    ...Object.fromEntries(
      Object.entries(abilities).flatMap(([name, key]) => (info[key] === false ? [[name, false]] : [])),
    ),
    ...(names.length > 0 ? { drop_params: names as string[] } : {}),
  };
}
