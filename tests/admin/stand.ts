// A real gateway over SQLite with its admin API, in front of a scripted upstream.
import { type Json, polite, type ScriptedUpstream, startUpstream } from '../support/scripted-upstream.ts';
import { startGateway, type TestGateway, type TestGatewayOptions } from '../support/start-gateway.ts';

export interface AdminAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Json;
}

export interface AdminStand extends AsyncDisposable {
  readonly gateway: TestGateway;
  readonly upstream: ScriptedUpstream;
  readonly token: string;
  /** One call to `/admin/v1<path>`; objects become JSON, texts go as they are. */
  call(method: string, path: string, body?: Json, headers?: Record<string, string>): Promise<AdminAnswer>;
  /** As `call`, for calls that must succeed. */
  get(path: string): Promise<Json>;
  post(path: string, body?: Json): Promise<Json>;
}

export async function startAdmin(options: Partial<TestGatewayOptions> = {}): Promise<AdminStand> {
  const upstream = await startUpstream(polite);
  const gateway = await startGateway({ upstreams: [upstream.url], ...options });
  const token = gateway.gateway.adminToken ?? '';

  async function call(
    method: string,
    path: string,
    body?: Json,
    headers: Record<string, string> = {},
  ): Promise<AdminAnswer> {
    const response = await fetch(`${gateway.url}/admin/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json');
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson && text ? JSON.parse(text) : undefined,
    };
  }

  async function must(method: string, path: string, body?: Json): Promise<Json> {
    const answer = await call(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.body;
  }

  return {
    gateway,
    upstream,
    token,
    call,
    get: (path) => must('GET', path),
    post: (path, body) => must('POST', path, body),
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await upstream[Symbol.asyncDispose]();
    },
  };
}
