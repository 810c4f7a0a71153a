// One GET or HEAD of a model file: redirects followed by rule, credentials only for the configured host, stalls cut
// short. The only place here that opens a URL; URLs come from configuration and from that host's redirects.
import type { Readable } from 'node:stream';
import { Agent, type Dispatcher, EnvHttpProxyAgent, request } from 'undici';
import { EngineFailure } from '../engine-failure.ts';
import type { Environment } from '../run-command.ts';

export interface HttpAnswer {
  readonly status: number;
  /** A header by its lower-case name. */
  header(name: string): string | undefined;
  readonly body: Readable;
}

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** `same-origin` returns a redirect to another host as the answer. */
  readonly follow: 'all' | 'same-origin';
  readonly signal?: AbortSignal | undefined;
}

export interface HttpSource extends AsyncDisposable {
  send(request: HttpRequest): Promise<HttpAnswer>;
}

export interface HttpSourceOptions {
  /** `https://huggingface.co` or a mirror. */
  readonly endpoint: string;
  /** For HTTPS_PROXY, HTTP_PROXY and NO_PROXY, and HF_TOKEN for private repositories. */
  readonly environment: Environment;
  readonly connectTimeoutMs: number;
  /** Longest silence of the server. */
  readonly stallMs: number;
}

const longestRedirectChain = 5;

export function createHttpSource(options: HttpSourceOptions): HttpSource {
  const endpoint = readEndpoint(options.endpoint);
  const dispatcher = createDispatcher(options);
  const token = options.environment.HF_TOKEN;
  return {
    async send({ method, url, headers, follow, signal }) {
      let target = new URL(url);
      for (let redirects = 0; redirects <= longestRedirectChain; redirects++) {
        refuseUnsafe(target, endpoint);
        const answer = await request(target, {
          method,
          dispatcher,
          headersTimeout: options.stallMs,
          bodyTimeout: options.stallMs,
          signal: signal ?? null,
          headers: {
            'user-agent': 'tollgate',
            'accept-encoding': 'identity',
            ...headers,
            ...(token && target.origin === endpoint.origin ? { authorization: `Bearer ${token}` } : {}),
          },
        });
        const location = answer.headers.location;
        const next =
          answer.statusCode >= 300 && answer.statusCode < 400 && typeof location === 'string'
            ? new URL(location, target)
            : undefined;
        if (!next || (follow === 'same-origin' && next.origin !== target.origin)) return toAnswer(answer);
        await answer.body.dump().catch(() => undefined);
        target = next;
      }
      throw new EngineFailure(`${url} redirects more than ${longestRedirectChain} times.`);
    },
    [Symbol.asyncDispose]: () => dispatcher.destroy(),
  };
}

/** Ends an answer nobody reads on; the connection is closed. */
export function discardBody(answer: HttpAnswer): void {
  answer.body.on('error', () => undefined);
  answer.body.destroy();
}

function readEndpoint(endpoint: string): URL {
  if (!URL.canParse(endpoint)) throw new EngineFailure(`The model endpoint "${endpoint}" is not a URL.`);
  return new URL(endpoint);
}

/** https everywhere; plain http only from this machine to itself. */
function refuseUnsafe(target: URL, endpoint: URL): void {
  if (target.protocol === 'https:') return;
  if (isLoopbackHttp(target) && isLoopbackHttp(endpoint)) return;
  throw new EngineFailure(`${target.origin} is not fetched from: models are only downloaded over https.`);
}

function isLoopbackHttp(url: URL): boolean {
  return (
    url.protocol === 'http:' && /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])$/.test(url.hostname)
  );
}

function createDispatcher({ environment, connectTimeoutMs }: HttpSourceOptions): Dispatcher {
  const connect = { timeout: connectTimeoutMs };
  const httpProxy = environment.http_proxy ?? environment.HTTP_PROXY ?? '';
  const httpsProxy = environment.https_proxy ?? environment.HTTPS_PROXY ?? '';
  if (httpProxy === '' && httpsProxy === '') return new Agent({ connect });
  const noProxy = environment.no_proxy ?? environment.NO_PROXY ?? '';
  return new EnvHttpProxyAgent({ httpProxy, httpsProxy, noProxy, connect });
}

function toAnswer(answer: Dispatcher.ResponseData): HttpAnswer {
  return {
    status: answer.statusCode,
    header(name) {
      const value = answer.headers[name];
      return Array.isArray(value) ? value[0] : value;
    },
    body: answer.body,
  };
}
