// The messages of OTLP that are sent, with the numbers of their fields. https://github.com/open-telemetry/opentelemetry-proto, v1: what
// is numbered there stays so. Fields that are never set are left out.
import type { Shape } from './protobuf.ts';

const anyValue: Shape = {
  stringValue: [1, 'string'],
  boolValue: [2, 'bool'],
  intValue: [3, 'int64'],
  doubleValue: [4, 'double'],
};
const keyValue: Shape = { key: [1, 'string'], value: [2, anyValue] };
const scope: Shape = { name: [1, 'string'], version: [2, 'string'] };
const resource: Shape = { attributes: [1, keyValue] };

const span: Shape = {
  traceId: [1, 'bytes'],
  spanId: [2, 'bytes'],
  traceState: [3, 'string'],
  parentSpanId: [4, 'bytes'],
  name: [5, 'string'],
  kind: [6, 'enum'],
  startTimeUnixNano: [7, 'fixed64'],
  endTimeUnixNano: [8, 'fixed64'],
  attributes: [9, keyValue],
  status: [15, { code: [3, 'enum'] }],
};

/** `ExportTraceServiceRequest` */
const traces: Shape = {
  resourceSpans: [1, { resource: [1, resource], scopeSpans: [2, { scope: [1, scope], spans: [2, span] }] }],
};

const times: Shape = { startTimeUnixNano: [2, 'fixed64'], timeUnixNano: [3, 'fixed64'] };
const number: Shape = { attributes: [7, keyValue], ...times, asDouble: [4, 'double'] };
const histogram: Shape = {
  attributes: [9, keyValue],
  ...times,
  count: [4, 'fixed64'],
  sum: [5, 'double'],
  bucketCounts: [6, 'fixed64'],
  explicitBounds: [7, 'double'],
};

const metric: Shape = {
  name: [1, 'string'],
  description: [2, 'string'],
  unit: [3, 'string'],
  gauge: [5, { dataPoints: [1, number] }],
  sum: [7, { dataPoints: [1, number], aggregationTemporality: [2, 'enum'], isMonotonic: [3, 'bool'] }],
  histogram: [9, { dataPoints: [1, histogram], aggregationTemporality: [2, 'enum'] }],
};

/** `ExportMetricsServiceRequest` */
const metrics: Shape = {
  resourceMetrics: [
    1,
    { resource: [1, resource], scopeMetrics: [2, { scope: [1, scope], metrics: [2, metric] }] },
  ],
};

export const shapes = { traces, metrics } as const;
