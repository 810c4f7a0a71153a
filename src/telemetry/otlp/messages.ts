// The messages of OTLP in their JSON form: ids in hexadecimal, 64-bit integers as text, enumerations as numbers. As protobuf they are
// written from the same objects. https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding

export type AttributeValue = string | number | boolean | undefined | Double;
export type Attributes = Readonly<Record<string, AttributeValue>>;

/** A number that is a double by its convention, when it happens to be whole, too. */
export interface Double {
  readonly double: number;
}

export function asDouble(value: number | null | undefined): Double | undefined {
  return value === null || value === undefined ? undefined : { double: value };
}

/** Other whole numbers are integers; what is `undefined` is left out. */
export function toAttributes(attributes: Attributes) {
  return Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [{ key, value: toValue(value) }],
  );
}

function toValue(value: NonNullable<AttributeValue>) {
  if (typeof value === 'object') return { doubleValue: value.double };
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}

/** A time in Unix ms, to the microsecond: what a double holds. */
export function unixNano(unixMs: number): string {
  return `${Math.round(unixMs * 1000)}000`;
}

export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly traceState?: string;
  readonly name: string;
  /** 2 = server, 3 = client. */
  readonly kind: 2 | 3;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: ReturnType<typeof toAttributes>;
  /** 2 = error. */
  readonly status: { readonly code?: 2 };
}

export interface Scope {
  readonly resource: Attributes;
  readonly version: string;
}

export function tracesMessage({ resource, version }: Scope, spans: readonly Span[]) {
  return {
    resourceSpans: [
      {
        resource: { attributes: toAttributes(resource) },
        scopeSpans: [{ scope: { name: 'tollgate', version }, spans }],
      },
    ],
  };
}

export function metricsMessage({ resource, version }: Scope, metrics: readonly object[]) {
  return {
    resourceMetrics: [
      {
        resource: { attributes: toAttributes(resource) },
        scopeMetrics: [{ scope: { name: 'tollgate', version }, metrics }],
      },
    ],
  };
}
