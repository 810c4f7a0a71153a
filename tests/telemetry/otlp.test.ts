// Traces and metrics as an OTLP receiver gets them, through a real gateway before a scripted upstream.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  done,
  finish,
  type Json,
  polite,
  refusal,
  roleChunk,
  type ScriptedUpstream,
  startUpstream,
  stream,
  text,
} from '../support/scripted-upstream.ts';
import { ask, startGateway, type TestGateway } from '../support/start-gateway.ts';
import { type Collector, readAttributes, startCollector } from './collector.ts';

const secretPrompt = 'the-word-nobody-may-read';
const clientTrace = '4bf92f3577b34da6a3ce929d0e0e4736';
const clientSpan = '00f067aa0ba902b7';

let first: ScriptedUpstream;
let second: ScriptedUpstream;
let collector: Collector;

beforeEach(async () => {
  first = await startUpstream(polite);
  second = await startUpstream(polite);
  collector = await startCollector();
});
afterEach(async () => {
  for (const part of [first, second, collector]) await part[Symbol.asyncDispose]();
});

function gatewayWith(variables: Readonly<Record<string, string>> = {}): Promise<TestGateway> {
  return startGateway({
    upstreams: [first.url, second.url],
    model: { retry: { attempts: 1 } },
    variables: {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_HEADERS: 'api-key=top%20secret,x-team=search',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
      OTEL_BSP_SCHEDULE_DELAY: '20',
      ...variables,
    },
  });
}

const prompt = (members = {}) => ask({ messages: [{ role: 'user', content: secretPrompt }], ...members });

test('one span a request, one a call, in the trace of the client, whose upstream is told', async () => {
  await using gateway = await gatewayWith();
  first.next(refusal(500, { message: 'broken' }));
  const headers = { traceparent: `00-${clientTrace}-${clientSpan}-01`, tracestate: 'vendor=1' };
  const answer = await gateway.chat(prompt({ temperature: 0.5, max_tokens: 7 }), { headers });
  expect(answer.status).toBe(200);
  await answer.text();
  const row = await gateway.row();
  const spans = await collector.spans(3);
  expect(spans).toHaveLength(3);

  const [server] = spans.filter(({ kind }) => kind === 2);
  expect(server).toMatchObject({
    traceId: clientTrace,
    parentSpanId: clientSpan,
    traceState: 'vendor=1',
    name: 'chat test-model',
    status: {},
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'second',
      'gen_ai.request.model': 'test-model',
      'gen_ai.request.temperature': 0.5,
      'gen_ai.request.max_tokens': 7,
      'gen_ai.response.model': 'upstream-model',
      'gen_ai.usage.input_tokens': row.usage?.input,
      'gen_ai.usage.output_tokens': row.usage?.output,
      'http.response.status_code': 200,
      'tollgate.request.id': row.id,
      'tollgate.key.id': row.keyId,
      'tollgate.attempts': 2,
    },
  });
  expect(Math.round((server?.attributes['tollgate.cost_usd'] ?? 0) * 1e9)).toBe(Number(row.cost));

  const calls = spans.filter(({ kind }) => kind === 3);
  expect(calls.map(({ parentSpanId }) => parentSpanId)).toEqual([server?.spanId, server?.spanId]);
  expect(calls).toMatchObject([
    {
      name: 'chat upstream-model',
      status: { code: 2 },
      attributes: { 'tollgate.provider': 'first', 'error.type': 'upstream_error' },
    },
    { status: {}, attributes: { 'tollgate.provider': 'second', 'http.response.status_code': 200 } },
  ]);
  for (const [index, upstream] of [first, second].entries()) {
    expect(upstream.last().headers).toMatchObject({
      traceparent: `00-${clientTrace}-${calls[index]?.spanId}-01`,
      tracestate: 'vendor=1',
    });
  }
  for (const { startTimeUnixNano, endTimeUnixNano } of spans) {
    expect(BigInt(endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(startTimeUnixNano));
    expect(Math.abs(Number(BigInt(startTimeUnixNano) / 1_000_000n) - Date.now())).toBeLessThan(120_000);
  }

  const [export1] = collector.received;
  expect(export1?.path).toBe('/v1/traces');
  expect(export1?.headers).toMatchObject({ 'api-key': 'top secret', 'x-team': 'search' });
  expect(readAttributes(export1?.body.resourceSpans[0].resource.attributes)).toMatchObject({
    'service.name': 'tollgate',
    'deployment.environment.name': 'test',
  });
});

test('what is a double by the conventions is one when it is whole, too', async () => {
  await using gateway = await gatewayWith();
  await (await gateway.chat(prompt({ temperature: 0, top_p: 1, max_tokens: 7 }))).text();
  await collector.spans(2);
  const spans: Json[] = collector.received.flatMap(({ body }) => body.resourceSpans[0].scopeSpans[0].spans);
  const attributes: Json[] = spans.flatMap((span) => span.attributes);
  const value = (name: string) => attributes.find(({ key }) => key === name)?.value;
  expect(value('gen_ai.request.temperature')).toEqual({ doubleValue: 0 });
  expect(value('gen_ai.request.top_p')).toEqual({ doubleValue: 1 });
  expect(value('gen_ai.request.max_tokens')).toEqual({ intValue: '7' });
});

test('each start of a gateway is an instance of its own, unless it is given a name', async () => {
  const instanceOf = async (variables = {}) => {
    const known = collector.received.length;
    const gateway = await gatewayWith(variables);
    await (await gateway.chat(prompt())).text();
    await gateway[Symbol.asyncDispose]();
    const of = (attributes: Json) => readAttributes(attributes)['service.instance.id'];
    const bodies = collector.received.slice(known).map(({ body }) => body);
    return bodies.map(({ resourceSpans, resourceMetrics }) =>
      of((resourceSpans ?? resourceMetrics)[0].resource.attributes),
    );
  };
  const [one, ...same] = await instanceOf();
  expect(one).toMatch(/^[0-9a-f-]{36}$/);
  expect(new Set(same)).toEqual(new Set([one]));
  expect((await instanceOf())[0]).not.toBe(one);
  const named = await instanceOf({ OTEL_RESOURCE_ATTRIBUTES: 'service.instance.id=gateway-7' });
  expect(named[0]).toBe('gateway-7');
});

test('what was said, the keys and their owners are in no export', async () => {
  await using gateway = await gatewayWith();
  await (await gateway.chat(prompt({ user: 'somebody@example.com' }))).text();
  await (await gateway.chat(prompt({ stream: true }))).text();
  await collector.spans(4);
  await gateway[Symbol.asyncDispose]();
  const sent = JSON.stringify(collector.received.map(({ body }) => body));
  expect(sent).toContain('gen_ai.usage.output_tokens');
  for (const secret of [secretPrompt, gateway.key, 'sk-upstream', 'somebody', 'top secret']) {
    expect(sent).not.toContain(secret);
  }
});

describe('spans of requests that went wrong', () => {
  test('a refusal has no call', async () => {
    await using gateway = await gatewayWith();
    await (await gateway.chat(prompt({ model: 'nobody-knows-it' }))).text();
    const [span, ...others] = await collector.spans(1);
    expect(others).toEqual([]);
    expect(span).toMatchObject({
      name: 'chat',
      status: {},
      attributes: { 'error.type': 'model_not_found', 'http.response.status_code': 404 },
    });
    expect(span?.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(span?.parentSpanId).toBeUndefined();
  });

  test('a stream that is lost in the middle', async () => {
    first.next(stream([roleChunk, text('one'), { wait: 50 }, 'RESET']));
    await using gateway = await gatewayWith();
    await (await gateway.chat(prompt({ stream: true }))).text();
    const spans = await collector.spans(2);
    expect(spans.find(({ kind }) => kind === 2)).toMatchObject({
      status: { code: 2 },
      attributes: { 'http.response.status_code': 200, 'gen_ai.request.stream': true },
    });
    expect(spans.find(({ kind }) => kind === 3)).toMatchObject({ status: { code: 2 } });
  });

  test('a client that left', async () => {
    first.next(stream([roleChunk, text('one'), 'STALL']));
    await using gateway = await gatewayWith();
    const leaving = new AbortController();
    const response = await gateway.chat(prompt({ stream: true }), { signal: leaving.signal });
    await response.body?.getReader().read();
    leaving.abort();
    const spans = await collector.spans(2);
    expect(spans.find(({ kind }) => kind === 2)).toMatchObject({
      status: {},
      attributes: { 'error.type': 'client_aborted' },
    });
  });
});

describe('which requests are traced', () => {
  test('not those whose client says so; the upstream is told that, too', async () => {
    await using gateway = await gatewayWith();
    const traceparent = `00-${clientTrace}-${clientSpan}-00`;
    await (await gateway.chat(prompt(), { headers: { traceparent } })).text();
    expect(first.last().headers.traceparent).toMatch(new RegExp(`^00-${clientTrace}-[0-9a-f]{16}-00$`));
    await (await gateway.chat(prompt())).text();
    const spans = await collector.spans(2);
    expect(spans.some(({ traceId }) => traceId === clientTrace)).toBe(false);
  });

  test.each([
    ['of zeros', `00-${'0'.repeat(32)}-${clientSpan}-01`],
    ['of a version that is none', `ff-${clientTrace}-${clientSpan}-01`],
    ['too long for its version', `00-${clientTrace}-${clientSpan}-01-more`],
    ['that is nothing', 'nonsense'],
  ])('a traceparent %s begins a trace of its own', async (_, traceparent) => {
    await using gateway = await gatewayWith();
    await (await gateway.chat(prompt(), { headers: { traceparent } })).text();
    const spans = await collector.spans(2);
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
    expect(spans[0]?.traceId).not.toBe(clientTrace);
    expect(spans.find(({ kind }) => kind === 2)?.parentSpanId).toBeUndefined();
  });

  test.each([
    ['nonsense;;', undefined],
    ['UPPER=1', undefined],
    ['ok=1,,tenant@vendor=a b', 'ok=1,,tenant@vendor=a b'],
    [Array.from({ length: 33 }, (_, index) => `k${index}=1`).join(), undefined],
  ])('the tracestate %s is passed on as %s', async (tracestate, passed) => {
    await using gateway = await gatewayWith();
    const headers = { traceparent: `00-${clientTrace}-${clientSpan}-01`, tracestate };
    await (await gateway.chat(prompt(), { headers })).text();
    expect(first.last().headers.tracestate).toBe(passed);
    expect(first.last().headers.traceparent).toContain(clientTrace);
  });

  test('none with always_off', async () => {
    await using gateway = await gatewayWith({
      OTEL_TRACES_SAMPLER: 'always_off',
      OTEL_METRICS_EXPORTER: 'none',
    });
    await (await gateway.chat(prompt())).text();
    await gateway.ledger();
    await gateway[Symbol.asyncDispose]();
    expect(collector.received).toEqual([]);
  });
});

test('metrics by the GenAI conventions, and all others by their names', async () => {
  const gateway = await gatewayWith({ OTEL_TRACES_EXPORTER: 'none' });
  await (await gateway.chat(prompt())).text();
  first.next(stream([roleChunk, text('a'), { wait: 20 }, text('b'), finish(), done]));
  await (await gateway.chat(prompt({ stream: true }))).text();
  first.next(stream([roleChunk, text('a')]));
  await (await gateway.chat(prompt({ stream: true }))).text();
  const rows = await gateway.ledger();
  await gateway[Symbol.asyncDispose]();
  const metrics = collector.metrics();
  const duration = metrics.get('gen_ai.client.operation.duration');
  expect(duration).toMatchObject({ unit: 's', histogram: { aggregationTemporality: 2 } });
  const points = duration.histogram.dataPoints;
  const ended = points.map((point: { count: string; attributes: [] }) => [
    readAttributes(point.attributes)['error.type'],
    Number(point.count),
  ]);
  expect(ended).toEqual([
    [undefined, 1],
    [undefined, 1],
    ['upstream_error', 1],
  ]);
  for (const point of points) {
    expect(point.bucketCounts).toHaveLength(point.explicitBounds.length + 1);
    expect(readAttributes(point.attributes)).toMatchObject({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'first',
      'gen_ai.request.model': 'test-model',
    });
  }
  expect(metrics.get('gen_ai.client.operation.time_to_first_chunk').histogram.dataPoints).toHaveLength(1);
  const output = metrics
    .get('gen_ai.client.token.usage')
    .histogram.dataPoints.find(
      ({ attributes }: { attributes: [] }) => readAttributes(attributes)['gen_ai.token.type'] === 'output',
    );
  expect(output.sum).toBe(rows.reduce((sum, row) => sum + (row.usage?.output ?? 0), 0));
  expect(metrics.get('tollgate_requests_total').sum).toMatchObject({ isMonotonic: true });
  // Receivers that make Prometheus' names of these append a unit that is not in the name, and `_ratio` for `1`.
  expect(metrics.get('tollgate_requests_in_flight')).not.toHaveProperty('unit');
  expect(metrics.get('tollgate_cost_usd_total')).toMatchObject({ unit: '{USD}' });
  expect(metrics.get('tollgate_stream_gap_longest_seconds')).toBeDefined();
  expect(metrics.get('process_resident_memory_bytes').gauge.dataPoints[0].asDouble).toBeGreaterThan(1e7);
});

test('the same as JSON, where that is asked for', async () => {
  const send = async (protocol: string) => {
    const known = collector.received.length;
    const gateway = await gatewayWith({
      OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
      OTEL_METRICS_EXPORTER: 'none',
    });
    await (await gateway.chat(prompt({ temperature: 0.25, seed: -7 }))).text();
    await gateway[Symbol.asyncDispose]();
    return collector.received.slice(known);
  };
  const [binary, text] = [await send('http/protobuf'), await send('http/json')];
  expect(binary.map(({ headers }) => headers['content-type'])).toEqual(['application/x-protobuf']);
  expect(text.map(({ headers }) => headers['content-type'])).toEqual(['application/json']);
  expect(alike(binary[0]?.body)).toEqual(alike(text[0]?.body));
  expect(JSON.stringify(alike(text[0]?.body))).toContain('"intValue":"-7"');
});

/** Without what differs from request to request. */
function alike(body: Json): Json {
  const text = JSON.stringify(body).replace(
    /"[0-9a-f]{16}(?:[0-9a-f]{16})?"|"\d{19}"|"(?:req|key)_\w+"|"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"/g,
    '"…"',
  );
  return JSON.parse(text);
}

test('an endpoint that is busy is asked again; one that is broken costs no request', async () => {
  await using gateway = await gatewayWith({ OTEL_METRICS_EXPORTER: 'none' });
  collector.fail(503);
  await (await gateway.chat(prompt())).text();
  expect(await collector.spans(2)).toHaveLength(2);
  collector.fail(400, 400);
  for (let index = 0; index < 2; index++) {
    expect((await gateway.chat(prompt())).status).toBe(200);
    await gateway.ledger();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const told = gateway.logs.filter(({ msg }) => /OTLP/.test(msg));
  expect(told).toHaveLength(1);
  expect(told[0]).toMatchObject({ signal: 'traces', reason: 'status 400' });
});

test('without an endpoint an upstream gets no trace', async () => {
  await using gateway = await startGateway({ upstreams: [first.url] });
  const traceparent = `00-${clientTrace}-${clientSpan}-01`;
  await (await gateway.chat(prompt(), { headers: { traceparent } })).text();
  expect(first.last().headers.traceparent).toBeUndefined();
});
