// The child's HTTP server: three endpoints over a local socket or TCP, and the one place where anything thrown
// becomes an answer. Plain node:http, because nothing here needs more.
import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { TollgateError, toErrorBody, toTollgateError } from '../../core/errors.ts';
import type { ChildHealth } from '../child-protocol.ts';
import type { Handler } from './chat-completions.ts';

/** Long, so that a gateway's idle connection is not closed just when it is used again; in ms. */
const keepAliveTimeout = 65_000;

/** How long a refused upload may go on. */
const lingerMs = 2000;

export interface HttpServerOptions {
  readonly chatCompletions: Handler;
  readonly modelNames: readonly string[];
  /** Unix seconds, for the list of models. */
  readonly created: number;
  readonly apiKey: string | undefined;
  health(): ChildHealth;
  newRequestId(): string;
  /** For the operator: what a 500 was. */
  onFailure(error: TollgateError): void;
}

export function createHttpServer(options: HttpServerOptions): Server {
  const endpoints: Record<string, { method: string; open?: boolean; handle: Handler }> = {
    '/v1/chat/completions': { method: 'POST', handle: options.chatCompletions },
    '/v1/models': {
      method: 'GET',
      handle: async (_request, response) => sendJson(response, 200, listModels(options)),
    },
    '/health': {
      method: 'GET',
      open: true,
      handle: async (_request, response) => sendJson(response, 200, options.health()),
    },
  };

  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const given = request.headers['x-request-id'];
    response.setHeader('x-request-id', typeof given === 'string' ? given : options.newRequestId());
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    const method = request.method ?? 'GET';
    if (path.startsWith('/v1/models/')) {
      authenticate(request, options.apiKey);
      return sendJson(response, 200, oneModel(options, decodePath(path.slice('/v1/models/'.length))));
    }
    const endpoint = Object.hasOwn(endpoints, path) ? endpoints[path] : undefined;
    if (endpoint === undefined) throw new TollgateError('unknown_url', { values: { method, path } });
    if (endpoint.open !== true) authenticate(request, options.apiKey);
    if (endpoint.method !== method) {
      response.setHeader('allow', endpoint.method);
      throw new TollgateError('method_not_allowed', { values: { method, path, allow: endpoint.method } });
    }
    await endpoint.handle(request, response);
  };

  return createServer({ requestTimeout: 0, keepAliveTimeout }, (request, response) => {
    serve(request, response).catch((thrown: unknown) => {
      if (response.destroyed) return;
      const error = toTollgateError(thrown);
      if (error.code === 'internal_error') options.onFailure(error);
      sendError(request, response, error);
    });
  });
}

function listModels(options: HttpServerOptions): unknown {
  return { object: 'list', data: options.modelNames.map((id) => oneModel(options, id)) };
}

function oneModel({ modelNames, created }: HttpServerOptions, id: string): unknown {
  if (!modelNames.includes(id)) throw new TollgateError('model_not_found', { values: { model: id } });
  return { id, object: 'model', created, owned_by: 'tollgate' };
}

function decodePath(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch (cause) {
    throw new TollgateError('invalid_value', {
      param: 'model',
      values: { reason: 'the path is not valid percent-encoding.' },
      cause,
    });
  }
}

function authenticate(request: IncomingMessage, apiKey: string | undefined): void {
  if (apiKey === undefined) return;
  const given = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (given === undefined) throw new TollgateError('missing_api_key');
  const [presented, expected] = [Buffer.from(given), Buffer.from(apiKey)];
  if (presented.length === expected.length && timingSafeEqual(presented, expected)) return;
  throw new TollgateError('invalid_api_key', { values: { key: mask(given) } });
}

function mask(key: string): string {
  return key.length > 12 ? `${key.slice(0, 5)}***${key.slice(-4)}` : '***';
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body));
}

function sendError(request: IncomingMessage, response: ServerResponse, error: TollgateError): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  if (error.retryAfterMs !== undefined) {
    response.setHeader('retry-after', Math.ceil(error.retryAfterMs / 1000));
    response.setHeader('retry-after-ms', error.retryAfterMs);
  }
  if (request.complete) sendJson(response, error.status, toErrorBody(error));
  else endWhenUploaded(request, response, error);
}

/**
 * A client that is still sending when the connection closes may never see the answer, so what it sends is let in and
 * thrown away for a moment. RFC 9112 section 9.6.
 */
function endWhenUploaded(request: IncomingMessage, response: ServerResponse, error: TollgateError): void {
  const body = Buffer.from(JSON.stringify(toErrorBody(error)));
  response.setHeader('connection', 'close');
  response.writeHead(error.status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': body.length,
  });
  response.write(body);
  const timer = setTimeout(() => response.end(), lingerMs);
  const end = () => {
    clearTimeout(timer);
    response.end();
  };
  request.once('end', end).once('close', end).resume();
}
