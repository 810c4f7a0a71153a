// Where traces and metrics go by OpenTelemetry's protocol, as the environment says.

/** Of messages over HTTP. */
export type OtlpEncoding = 'protobuf' | 'json';

export interface OtlpTarget {
  /** With the path of its signal: `http://127.0.0.1:4318/v1/traces`. */
  readonly url: string;
  /** May be credentials. */
  readonly headers: Readonly<Record<string, { reveal(): string }>>;
  readonly timeoutMs: number;
  readonly encoding: OtlpEncoding;
  readonly gzip: boolean;
}

/** `parent`: what the client's `traceparent` says wins. `ratio` of the others are traced. */
export interface TraceSampling {
  readonly parent: boolean;
  readonly ratio: number;
}

export interface OtlpSettings {
  readonly serviceName: string;
  readonly resource: Readonly<Record<string, string>>;
  readonly traces?: OtlpTarget & {
    readonly sampling: TraceSampling;
    readonly delayMs: number;
    /** Spans that wait at the most, and spans in one message. */
    readonly queueSize: number;
    readonly batchSize: number;
  };
  readonly metrics?: OtlpTarget & { readonly intervalMs: number };
}
