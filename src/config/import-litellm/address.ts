// `api_base` of LiteLLM as `base_url` of tollgate.yaml: LiteLLM adds parts of the path itself that Tollgate wants spelt out.
import type { KnownProvider } from './known-providers.ts';

/** `undefined` if it is no address. */
export function baseUrlOf(
  apiBase: string,
  known: KnownProvider,
  apiVersion: string | undefined,
): string | undefined {
  const isReference = apiBase.startsWith('${');
  if (!isReference && !URL.canParse(apiBase)) return undefined;
  const trimmed = withoutEnd(apiBase);
  if (known.type === 'azure-openai') {
    const root = isReference ? trimmed : new URL(apiBase).origin;
    return `${root}/openai${apiVersion === undefined ? '/v1' : ''}`;
  }
  const hasPath = !isReference && new URL(trimmed).pathname !== '/';
  return known.basePath && !hasPath ? `${trimmed}${known.basePath}` : trimmed;
}

/** What an endpoint adds to its base; Tollgate adds it itself. */
function withoutEnd(url: string): string {
  return url
    .replace(/\/+$/, '')
    .replace(/\/(?:chat\/completions|messages)$/, '')
    .replace(/\/+$/, '');
}

/** What an address says that Azure's portal shows: `…/openai/deployments/NAME/chat/completions?api-version=DATE`. */
export function azureAddressOf(apiBase: string | undefined): {
  readonly deployment?: string | undefined;
  readonly version?: string | undefined;
} {
  if (apiBase === undefined || !URL.canParse(apiBase)) return {};
  const { pathname, searchParams } = new URL(apiBase);
  return {
    deployment: /\/openai\/deployments\/([^/]+)/.exec(pathname)?.[1],
    version: searchParams.get('api-version') || undefined,
  };
}

/** Azure's undated API goes by these names too. */
export function datedVersion(version: string | undefined): string | undefined {
  return version === undefined || /^(?:preview|latest|v1)$/i.test(version) ? undefined : version;
}
