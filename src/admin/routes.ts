// From a method and a path to an endpoint. HEAD is GET without a body (RFC 9110 section 9.3.2), which Node leaves out.
import type { Endpoint } from './endpoint.ts';

export interface Found {
  readonly endpoint: Endpoint;
  /** Decoded. */
  readonly params: Readonly<Record<string, string>>;
}

/** Methods that the path has, for a method that it has not; none for an unknown path. */
export interface NotFound {
  readonly allow: readonly string[];
}

export function createRoutes(endpoints: readonly Endpoint[]) {
  const routes = endpoints.map((endpoint) => ({ endpoint, steps: endpoint.path.split('/').slice(1) }));

  /** `path`: below the prefix, as it came. */
  return function find(method: string, path: string): Found | NotFound {
    const wanted = method === 'HEAD' ? 'GET' : method;
    const steps = path
      .replace(/(?<=.)\/$/, '')
      .split('/')
      .slice(1);
    const allow = new Set<string>();
    for (const route of routes) {
      const params = matchSteps(route.steps, steps);
      if (!params) continue;
      if (route.endpoint.method === wanted) return { endpoint: route.endpoint, params };
      allow.add(route.endpoint.method);
    }
    if (allow.has('GET')) allow.add('HEAD');
    return { allow: [...allow] };
  };
}

function matchSteps(
  pattern: readonly string[],
  steps: readonly string[],
): Record<string, string> | undefined {
  if (pattern.length !== steps.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const step = steps[index] ?? '';
    if (!part.startsWith('{')) {
      if (part !== step) return undefined;
      continue;
    }
    const value = decoded(step);
    if (value === undefined || value === '') return undefined;
    params[part.slice(1, -1)] = value;
  }
  return params;
}

function decoded(step: string): string | undefined {
  try {
    const value = decodeURIComponent(step);
    // No name has it, and PostgreSQL cannot be asked for it.
    return value.includes('\0') ? undefined : value;
  } catch {
    // A name that cannot be read names nothing.
    return undefined;
  }
}
