// Which models an upstream offers, as it says itself: for whoever sets up a route, never for a request. One GET, bounded in time
// and size, to the address and with the credential that calls have.
import { Agent, request } from 'undici';
import { createGuardedLookup, isNotPublic, namesNoPublicAddress } from './address-guard.ts';
import type { ServedSetup } from './registry.ts';

export interface OfferedModel {
  readonly id: string;
  readonly contextWindow?: number;
}

/** `status`: of the upstream's answer, absent if there was none. `said`: its own words. */
export type OfferedModels =
  | { readonly models: readonly OfferedModel[]; readonly cut: boolean }
  | { readonly failure: string; readonly status?: number; readonly said?: string };

const mostBytes = 4 * 1024 * 1024;
const mostModels = 1_000;
const longestWords = 2_000;

/** Never rejects. */
export async function listModels(setup: ServedSetup, timeoutMs: number): Promise<OfferedModels> {
  const asked = callOf(setup);
  if (!asked)
    return { failure: 'This kind of provider has no list of models that can be asked for. Enter the name.' };
  if (setup.publicOnly && namesNoPublicAddress(setup.baseUrl)) {
    return { failure: reasons.TOLLGATE_FORBIDDEN_ADDRESS ?? '' };
  }
  const lookup = createGuardedLookup(undefined, setup.publicOnly ? isNotPublic : undefined);
  const agent = new Agent({ connect: { lookup, timeout: timeoutMs } });
  try {
    const { statusCode, body } = await request(asked.url, {
      headers: { accept: 'application/json', ...asked.headers, ...setup.headers },
      dispatcher: agent,
      signal: AbortSignal.timeout(timeoutMs),
    });
    let text = '';
    for await (const chunk of body) {
      text += String(chunk);
      if (text.length > mostBytes)
        return { failure: 'Its list of models is too long to be read. Enter the name.' };
    }
    if (statusCode >= 300) {
      return { failure: sentenceFor(statusCode), status: statusCode, said: text.slice(0, longestWords) };
    }
    const models = modelsIn(text);
    if (!models) {
      return { failure: 'What it answered is no list of models: check the base URL.', status: statusCode };
    }
    return { models: models.slice(0, mostModels), cut: models.length > mostModels };
  } catch (error) {
    return { failure: reasonOf(error) };
  } finally {
    await agent.destroy();
  }
}

/** The address and what it is opened with; `undefined` where there is no such list. */
function callOf({ type, baseUrl, apiKey, apiKeys, apiVersion }: ServedSetup) {
  const key = apiKey ?? apiKeys?.[0]?.key;
  const bearer: Record<string, string> = key === undefined ? {} : { authorization: `Bearer ${key}` };
  switch (type) {
    case 'openai':
    case 'openai-compatible':
      return { url: `${baseUrl}/models`, headers: bearer };
    case 'anthropic':
      return {
        url: `${baseUrl}/models?limit=1000`,
        headers: { 'x-api-key': key ?? '', 'anthropic-version': '2023-06-01' },
      };
    case 'gemini':
      return { url: `${baseUrl}/models?pageSize=1000`, headers: { 'x-goog-api-key': key ?? '' } };
    case 'azure-openai':
      return {
        url: `${baseUrl}/models${apiVersion === undefined ? '' : `?api-version=${apiVersion}`}`,
        headers: { 'api-key': key ?? '' },
      };
    case 'bedrock':
      return undefined;
  }
}

/** OpenAI and Anthropic: `{ data: [{ id }] }`; Together: a bare list; Gemini: `{ models: [{ name: "models/x" }] }`. */
function modelsIn(text: string): OfferedModel[] | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { data, models } = (parsed ?? {}) as { data?: unknown; models?: unknown };
  const list = Array.isArray(parsed) ? parsed : Array.isArray(data) ? data : models;
  if (!Array.isArray(list)) return undefined;
  const found = new Map<string, OfferedModel>();
  for (const each of list as readonly Record<string, unknown>[]) {
    const id = String(each?.id ?? each?.name ?? '').replace(/^models\//, '');
    if (!/^[\x21-\x7e]{1,200}$/.test(id)) continue;
    const window = each.context_length ?? each.context_window ?? each.max_model_len ?? each.inputTokenLimit;
    found.set(id, {
      id,
      ...(typeof window === 'number' && Number.isSafeInteger(window) && window > 0
        ? { contextWindow: window }
        : {}),
    });
  }
  return [...found.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function sentenceFor(status: number): string {
  if (status === 401 || status === 403) return 'The provider does not accept the key.';
  if (status === 404)
    return 'There is no list of models at this address: check the base URL, or enter the name.';
  return `The provider answered with status ${status}.`;
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Nothing listens at this address: connection refused.',
  ENOTFOUND: 'Its host name does not resolve: check the base URL.',
  EAI_AGAIN: 'Its host name does not resolve: check the base URL.',
  UND_ERR_CONNECT_TIMEOUT: 'It cannot be reached: connecting took too long.',
  TOLLGATE_FORBIDDEN_ADDRESS: 'Its address is one that is refused.',
};

function reasonOf(error: unknown): string {
  const { code, name, cause } = error as { code?: string; name?: string; cause?: { code?: string } };
  const known = reasons[code ?? ''] ?? reasons[cause?.code ?? ''];
  if (known) return known;
  if (name === 'TimeoutError') return 'It did not answer in time.';
  if (/CERT|TLS|SSL/.test(`${code}${cause?.code}`)) return 'Its certificate or TLS was not accepted.';
  return 'The connection failed.';
}
