// A receiver of OTLP on loopback: keeps what it is sent by path, parsed. Protobuf is read by an implementation that is not ours; what
// has a member that OTLP does not, or is cut off, fails the test.
import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import protobuf from 'protobufjs';
import type { Json } from '../support/scripted-upstream.ts';

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Json;
}

export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly traceState?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status: { readonly code?: number };
  readonly attributes: Readonly<Record<string, Json>>;
}

export interface Collector extends AsyncDisposable {
  readonly url: string;
  readonly received: Received[];
  /** The next requests get these statuses. */
  fail(...statuses: number[]): void;
  /** All spans so far, once there are so many. */
  spans(count: number): Promise<ReceivedSpan[]>;
  /** The newest metrics by name, once there are any. */
  metrics(): ReadonlyMap<string, Json>;
}

export async function startCollector(): Promise<Collector> {
  const received: Received[] = [];
  const failures: number[] = [];
  const server = createServer(async (incoming, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of incoming) pieces.push(piece as Buffer);
    const status = failures.shift() ?? 200;
    response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
    if (status !== 200) return;
    const { url: path = '', headers } = incoming;
    received.push({ path, headers, body: readBody(path, headers['content-type'], Buffer.concat(pieces)) });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const allSpans = () =>
    received
      .filter(({ path }) => path.endsWith('/v1/traces'))
      .flatMap(({ body }) => body.resourceSpans[0].scopeSpans[0].spans)
      .map((span: Json) => ({ ...span, attributes: readAttributes(span.attributes) }));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    fail: (...statuses) => void failures.push(...statuses),
    async spans(count) {
      for (;;) {
        const spans = allSpans();
        if (spans.length >= count) return spans;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    metrics() {
      const last = received.findLast(({ path }) => path.endsWith('/v1/metrics'));
      const metrics: Json[] = last?.body.resourceMetrics[0].scopeMetrics[0].metrics ?? [];
      return new Map(metrics.map((metric) => [metric.name, metric]));
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const { root } = protobuf.parse(readFileSync(new URL('otlp.proto', import.meta.url), 'utf8'));

function readBody(path: string, type: string | undefined, body: Buffer): Json {
  if (type === 'application/json') return JSON.parse(body.toString());
  if (type !== 'application/x-protobuf') throw new Error(`content-type ${type}`);
  const of = path.endsWith('/v1/traces') ? 'ExportTraceServiceRequest' : 'ExportMetricsServiceRequest';
  const message = root.lookupType(of);
  const decoded = message.decode(body);
  // It passes over what it does not know; then there is less of it when it is written again.
  const { length } = message.encode(decoded).finish();
  if (length !== body.length) throw new Error(`${body.length - length} bytes are no part of ${of}`);
  const json = message.toObject(decoded, { longs: String, bytes: String });
  return inHexadecimal(json);
}

/** As OTLP's JSON has ids, other than that of protobuf does. */
function inHexadecimal(value: Json): Json {
  if (Array.isArray(value)) return value.map(inHexadecimal);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      /(trace|span)Id$/i.test(name)
        ? Buffer.from(String(member), 'base64').toString('hex')
        : inHexadecimal(member),
    ]),
  );
}

/** Values as OTLP's JSON has them: 64-bit integers are text there. */
export function readAttributes(attributes: Json[]): Readonly<Record<string, Json>> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => {
      if (typeof value.intValue === 'string') return [key, Number(value.intValue)];
      const [only] = Object.values(value);
      return [key, only];
    }),
  );
}
