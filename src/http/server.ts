// The one server: mounts the endpoints and owns the sockets. What an endpoint does is elsewhere.
import type { IncomingMessage, RequestListener } from 'node:http';
import type { Socket } from 'node:net';
import Fastify, {
  type ConnectionError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import type { IdSource } from '../core/clock.ts';
import { TollgateError, toTollgateError } from '../core/errors.ts';
import type { ChatExchange, Exchange } from '../core/exchange.ts';
import type { PublicModel } from '../core/ports.ts';
import { commonHeaders, sendError, sendJson } from '../pipeline/respond.ts';
import type { Admission } from './admission.ts';
import { closeIfStillIdle } from './close-idle.ts';
import { createConsoleEndpoint } from './console/mount.ts';
import { consoleFiles, consolePages } from './console/paths.ts';
import type { ControlEndpoints } from './control-endpoints.ts';
import type { Exchanges } from './exchanges.ts';
import { hostProblem } from './host-field.ts';
import type { Readiness } from './readiness.ts';
import { createReferenceEndpoint } from './reference/mount.ts';
import { referencePaths } from './reference/paths.ts';
import { usualPath } from './usual/request-head.ts';
import { serveUsualRequests } from './usual/serve.ts';

export interface ServerParts {
  /** For what is no request and is answered all the same. */
  readonly newRequestId: IdSource;
  readonly exchanges: Exchanges;
  /** Asked before anything else is done for a request. */
  readonly admits: Admission['admits'];
  /** Absent where workers do it. */
  readonly serving?: ServingEndpoints;
  /** Absent in a worker. */
  readonly control?: ControlEndpoints;
  /** Takes what is no business of this process; absent = everything is. */
  readonly passOn?: (exchange: Exchange) => Promise<void>;
  readonly draining: () => boolean;
  readonly version: string;
  /** Told of failures outside the pipeline, which are bugs. */
  readonly onUnexpected: (requestId: string, error: TollgateError) => void;
}

/** What requests are served with. */
export interface ServingEndpoints {
  /** `POST /v1/chat/completions`. */
  readonly chat: (exchange: ChatExchange) => Promise<void>;
  /** The models this caller may name; throws the authentication errors. */
  readonly models: (incoming: IncomingMessage) => Promise<readonly PublicModel[]>;
  readonly readiness: () => Readiness;
}

type Endpoint = (exchange: Exchange, params: Readonly<Record<string, string>>) => Promise<void> | void;

export function createServer(parts: ServerParts): FastifyInstance {
  const server = Fastify({
    logger: false,
    schemaController: { compilersFactory: { buildValidator: unneeded, buildSerializer: unneeded } },
    // Deep model names such as `meta-llama/Llama-3` come percent-encoded; the default bound of 100 is for regexes.
    routerOptions: { maxParamLength: 500, ignoreTrailingSlash: true },
    // Longer than the usual 60 s of load balancers, so that they are the ones to close an idle connection.
    keepAliveTimeout: 75_000,
    // From the first byte of a request to its last: a client that trickles its body does not stay for ever.
    requestTimeout: 300_000,
    // What comes on open connections while the gateway drains is refused below, in the wire's own shape.
    return503OnClosing: false,
    clientErrorHandler: (error, socket) => refuseGarbage(error, socket, parts),
    // Node would answer with nothing but a status; the hook below says what is wrong.
    http: { requireHostHeader: false },
    frameworkErrors: (_error, request, reply) =>
      hijacked(parts, (exchange) => refuseUnknown(exchange, new Map()))(request, reply),
  });
  // Node calls a connection idle once its answer was handed over, though most of it may still wait for a slow reader.
  // Whoever closes the server closes its connections when the exchanges are drained; until then idle ones get a 503.
  server.server.closeIdleConnections = () => undefined;

  server.server.on('timeout', closeIfStillIdle);

  // Node's own answer to an expectation it does not know is a 417 without a body; RFC 9110 section 10.1.1 lets it pass.
  server.server.on('checkExpectation', (...pair) => server.server.emit('request', ...pair));

  // Ahead of the router, for what it does is most of what a refusal would cost.
  const [toRouter] = server.server.listeners('request') as [RequestListener];
  server.server.off('request', toRouter);
  const chat = parts.serving && chatOf(parts.serving, parts.draining);
  server.server.on('request', (incoming, outgoing) => {
    if (!parts.admits(incoming, outgoing)) return;
    if (!chat || !isPlainChat(incoming) || parts.draining()) toRouter(incoming, outgoing);
    else parts.exchanges.run(incoming, outgoing, (exchange) => run(exchange, chat, {}, parts));
  });
  if (chat) {
    serveUsualRequests(server.server, {
      open: () => !parts.draining(),
      serve(incoming, outgoing) {
        if (!parts.admits(incoming, outgoing)) return;
        parts.exchanges.run(incoming, outgoing, (exchange) => run(exchange, chat, {}, parts));
      },
      now: Date.now,
    });
  }

  const allowed = new Map<string, string[]>();
  const route: Mount = (method, path, endpoint) => {
    // Where there is GET there is HEAD (RFC 9110 section 9.3.2); Node leaves the body out.
    const methods = method === 'GET' ? ['GET', 'HEAD'] : [method];
    allowed.set(path, [...(allowed.get(path) ?? []), ...methods]);
    server.route({
      method: methods,
      url: path,
      exposeHeadRoute: false,
      onRequest: hijacked(parts, endpoint),
      handler: unreached,
    });
  };

  if (parts.serving) mountServing(route, parts.serving, parts);
  const consoleSite = createConsoleEndpoint(parts.control?.consoleFolder);
  if (parts.control) {
    mountControl(route, parts.control, consoleSite, parts.version);
    // Its own router says what is there: methods that no endpoint of it has are refused by it too.
    for (const url of ['/admin/v1', '/admin/v1/*', '/admin/openapi.json']) {
      server.route({
        method: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
        url,
        exposeHeadRoute: false,
        onRequest: hijacked(parts, parts.control.admin),
        handler: unreached,
      });
    }
  }

  const refuse = hijacked(parts, async (exchange) => {
    if (parts.passOn && !isServing(exchange)) await parts.passOn(exchange);
    else if (!parts.control || !(await consoleSite.lost(exchange))) refuseUnknown(exchange, allowed);
  });
  const refuseHost = hijacked(parts, ({ incoming }) => {
    throw new TollgateError(hostProblem(incoming) ?? 'invalid_host_header');
  });
  server.addHook('onRequest', (request, reply, done) => {
    // `localhost` may be two addresses; Fastify makes the server of the second one itself.
    const { server: at } = request.raw.socket as Socket & { readonly server?: unknown };
    if (at !== server.server && !parts.admits(request.raw, reply.raw)) {
      reply.hijack();
      return;
    }
    if (hostProblem(request.raw)) refuseHost(request, reply);
    else if (request.is404) refuse(request, reply);
    else done();
  });
  server.setErrorHandler((error, request, reply) => {
    hijacked(parts, () => {
      throw error;
    })(request, reply);
  });
  return server;
}

/** Most requests are one of these, which need no router: what it makes for each is half of what is done before the pipeline. */
function isPlainChat(incoming: IncomingMessage): boolean {
  return incoming.url === usualPath && incoming.method === 'POST' && !hostProblem(incoming);
}

function chatOf({ chat }: ServingEndpoints, draining: () => boolean): ServingEndpoints['chat'] {
  return (exchange) => {
    if (draining()) throw new TollgateError('shutting_down', { retryAfterMs: 1000 });
    return chat(exchange);
  };
}

type Mount = (method: 'GET' | 'POST', path: string, endpoint: Endpoint) => void;

function mountServing(
  route: Mount,
  serving: ServingEndpoints,
  { draining, version }: Pick<ServerParts, 'draining' | 'version'>,
): void {
  const { models, readiness } = serving;
  route('POST', usualPath, chatOf(serving, draining));
  route('GET', '/v1/models', async (exchange) => {
    const data = (await models(exchange.incoming)).map(toWireModel);
    respond(exchange, 200, { object: 'list', data });
  });
  route('GET', '/v1/models/*', async (exchange, params) => {
    const known = await models(exchange.incoming);
    const name = params['*'] ?? '';
    const model = known.find((candidate) => candidate.name === name);
    if (!model)
      throw new TollgateError('model_not_found', { param: 'model', values: { model: name.slice(0, 100) } });
    respond(exchange, 200, toWireModel(model));
  });
  route('GET', '/health', (exchange) => {
    respond(exchange, 200, { status: 'ok', version, uptime_seconds: Math.floor(process.uptime()) });
  });
  route('GET', '/ready', (exchange) => {
    const state = readiness();
    respond(exchange, state.status === 'ready' ? 200 : 503, state);
  });
}

/** What a worker answers itself, right or wrong. */
function isServing({ incoming: { url = '' } }: Exchange): boolean {
  return /^\/(?:v1|health|ready)(?:[/?]|$)/.test(url);
}

function mountControl(
  route: Mount,
  { metrics }: ControlEndpoints,
  consoleSite: ReturnType<typeof createConsoleEndpoint>,
  version: string,
): void {
  route('GET', '/metrics', metrics);
  const sendReference = createReferenceEndpoint(version);
  for (const path of referencePaths) route('GET', path, (exchange) => sendReference(exchange, path));
  for (const path of consolePages) {
    route('GET', path, async (exchange) => {
      if (!(await consoleSite.page(exchange))) refuseUnknown(exchange, new Map());
    });
  }
  for (const path of consoleFiles) {
    route('GET', path, async (exchange) => {
      if (!(await consoleSite.file(exchange))) refuseUnknown(exchange, new Map());
    });
  }
}

/** No route has a schema; saying so spares a start the two compilers of them, with their libraries. */
function unneeded(): never {
  throw new Error('a route has a schema');
}

/** Endpoints take over before Fastify looks at a body: the pipeline reads it, after authentication. */
function unreached(): never {
  throw new Error('the request was not taken over');
}

/** Hands the raw sockets to the endpoint and turns what it throws into the error envelope. */
function hijacked(parts: ServerParts, endpoint: Endpoint) {
  return function handle(request: FastifyRequest, reply: FastifyReply): void {
    reply.hijack();
    parts.exchanges.run(request.raw, reply.raw, (exchange) =>
      run(exchange, endpoint, request.params as Readonly<Record<string, string>>, parts),
    );
  };
}

async function run<One extends ChatExchange>(
  exchange: One,
  endpoint: (exchange: One, params: Readonly<Record<string, string>>) => Promise<void> | void,
  params: Readonly<Record<string, string>>,
  parts: ServerParts,
): Promise<void> {
  try {
    await endpoint(exchange, params);
  } catch (thrown) {
    const error = toTollgateError(thrown);
    if (error.code === 'internal_error') parts.onUnexpected(exchange.id, error);
    tell(exchange, error);
  }
}

function tell(exchange: ChatExchange, error: TollgateError): void {
  try {
    sendError(exchange.outgoing, exchange.id, error);
  } catch {
    // @NOTE Only a header Node refuses could do this; the client then learns it from the closed connection.
    exchange.outgoing.destroy();
  }
}

function respond(exchange: Exchange, status: number, body: unknown): void {
  sendJson(exchange.outgoing, status, commonHeaders(exchange.id), JSON.stringify(body));
}

/** https://platform.openai.com/docs/api-reference/models/object */
function toWireModel(model: PublicModel) {
  return { id: model.name, object: 'model', created: model.created, owned_by: 'tollgate' };
}

function refuseUnknown(exchange: Exchange, allowed: ReadonlyMap<string, readonly string[]>): never {
  const { method = '', url = '' } = exchange.incoming;
  const path = (url.split('?', 1)[0] ?? '').slice(0, 200);
  const methods =
    allowed.get(path.replace(/(?<=.)\/$/, '')) ??
    (path.startsWith('/v1/models/') ? ['GET', 'HEAD'] : undefined);
  // A method that is allowed did not fail as one: the address cannot be decoded.
  if (!methods || methods.includes(method))
    throw new TollgateError('unknown_url', { values: { method, path } });
  exchange.outgoing.setHeader('allow', methods.join(', '));
  throw new TollgateError('method_not_allowed', { values: { method, path, allow: methods.join(', ') } });
}

const garbage: Readonly<Record<string, readonly [status: string, message: string]>> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'The headers of the request are too large.'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'The request took too long to arrive.'],
};

/**
 * Bytes that are no HTTP request: answered in the shape the clients of this gateway parse, then hung up on. Where an
 * answer is under way on the socket, nothing may get into it: the client sees its connection close.
 */
function refuseGarbage(error: ConnectionError, socket: Socket, parts: ServerParts): void {
  if (error.code === 'ECONNRESET' || !socket.writable || !parts.exchanges.answerable(socket)) {
    socket.destroy();
    return;
  }
  const [status, message] = garbage[error.code] ?? ['400 Bad Request', 'The request is not valid HTTP.'];
  const body = JSON.stringify({
    error: { message, type: 'invalid_request_error', param: null, code: null },
  });
  const headers = [
    `HTTP/1.1 ${status}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${parts.newRequestId()}`,
    'connection: close',
  ];
  socket.end(`${headers.join('\r\n')}\r\n\r\n${body}`);
}
