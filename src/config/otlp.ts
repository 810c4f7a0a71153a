// The OTEL_… variables: which of OpenTelemetry's standard settings this gateway knows, and what they must look like.
// https://opentelemetry.io/docs/specs/otel/protocol/exporter/, https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
import type { OtlpEncoding, OtlpSettings, OtlpTarget, TraceSampling } from '../core/otlp.ts';
import { Secret } from './secret.ts';

type Say = (message: string) => void;
type Lookup = (name: string) => string | undefined;

/** Variables that may hold credentials. */
export const otlpSecrets = [
  'OTEL_EXPORTER_OTLP_HEADERS',
  'OTEL_EXPORTER_OTLP_TRACES_HEADERS',
  'OTEL_EXPORTER_OTLP_METRICS_HEADERS',
] as const;

/** `undefined` = nothing is sent: no endpoint is named, or `OTEL_SDK_DISABLED` is set. */
export function readOtlp(variable: Lookup, say: Say): OtlpSettings | undefined {
  if (/^true$/i.test(variable('OTEL_SDK_DISABLED') ?? '')) return undefined;
  const traces = readTarget('TRACES', variable, say);
  const metrics = readTarget('METRICS', variable, say);
  if (!traces && !metrics) return undefined;
  const { 'service.name': named, ...resource } = readPairs('OTEL_RESOURCE_ATTRIBUTES', variable, say);
  return {
    serviceName: variable('OTEL_SERVICE_NAME') ?? named ?? 'tollgate',
    resource,
    ...(traces && {
      traces: {
        ...traces,
        sampling: readSampling(variable, say),
        delayMs: readMs('OTEL_BSP_SCHEDULE_DELAY', 5_000, variable, say),
        ...readQueue(variable, say),
      },
    }),
    ...(metrics && {
      metrics: { ...metrics, intervalMs: readMs('OTEL_METRIC_EXPORT_INTERVAL', 60_000, variable, say) },
    }),
  };
}

const encodings: ReadonlyMap<string, OtlpEncoding> = new Map([
  ['http/protobuf', 'protobuf'],
  ['http/json', 'json'],
]);

function readTarget(signal: 'TRACES' | 'METRICS', variable: Lookup, say: Say): OtlpTarget | undefined {
  const exporter = variable(`OTEL_${signal}_EXPORTER`) ?? 'otlp';
  if (!exporter.split(',').some((name) => name.trim() === 'otlp')) return undefined;
  const own = `OTEL_EXPORTER_OTLP_${signal}_`;
  const either = (name: string) =>
    variable(own + name) === undefined ? `OTEL_EXPORTER_OTLP_${name}` : own + name;
  const named = either('ENDPOINT');
  const endpoint = variable(named);
  if (endpoint === undefined) return undefined;
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password) {
    say(`${named} must be an http or https URL without credentials, such as http://127.0.0.1:4318.`);
    return undefined;
  }
  const protocol = either('PROTOCOL');
  const encoding = encodings.get(variable(protocol) ?? 'http/protobuf');
  if (!encoding) {
    say(
      `${protocol} must be http/protobuf or http/json: traces and metrics are sent over HTTP, usually to port 4318.`,
    );
  }
  // The endpoint of one signal is its whole address; the common one is where the paths of the signals begin.
  if (named !== `${own}ENDPOINT`)
    url.pathname = `${url.pathname.replace(/\/+$/, '')}/v1/${signal.toLowerCase()}`;
  return {
    url: url.href,
    headers: Object.fromEntries(
      Object.entries(readPairs(either('HEADERS'), variable, say)).map(([name, value]) => [
        name.toLowerCase(),
        new Secret(value),
      ]),
    ),
    timeoutMs: readMs(either('TIMEOUT'), 10_000, variable, say),
    encoding: encoding ?? 'protobuf',
    gzip: readCompression(either('COMPRESSION'), variable, say),
  };
}

/** `name=value,name=value`, percent-encoded, as in W3C Baggage. */
function readPairs(name: string, variable: Lookup, say: Say): Record<string, string> {
  const pairs: Record<string, string> = {};
  for (const pair of (variable(name) ?? '').split(',')) {
    if (pair.trim() === '') continue;
    const match = /^\s*([A-Za-z0-9!#$%&'*+.^_`|~/-]+)\s*=\s*([\x20-\x7e]*?)\s*$/.exec(pair);
    const value = match && decoded(match[2] ?? '');
    if (!match?.[1] || value === undefined || value === null) {
      say(`${name} must be pairs such as name=value,other=value, percent-encoded where need be.`);
      return {};
    }
    pairs[match[1]] = value;
  }
  return pairs;
}

function decoded(text: string): string | undefined {
  try {
    const value = decodeURIComponent(text);
    return /[\r\n\0]/.test(value) ? undefined : value;
  } catch {
    return undefined;
  }
}

function readCompression(name: string, variable: Lookup, say: Say): boolean {
  const named = variable(name) ?? 'none';
  if (named !== 'none' && named !== 'gzip') say(`${name} must be gzip or none.`);
  return named === 'gzip';
}

function readMs(name: string, standard: number, variable: Lookup, say: Say): number {
  return readWhole(name, 'milliseconds', standard, variable, say);
}

function readQueue(variable: Lookup, say: Say): { readonly queueSize: number; readonly batchSize: number } {
  const queueSize = readWhole('OTEL_BSP_MAX_QUEUE_SIZE', 'spans', 2_048, variable, say);
  const named = 'OTEL_BSP_MAX_EXPORT_BATCH_SIZE';
  return { queueSize, batchSize: Math.min(readWhole(named, 'spans', 512, variable, say), queueSize) };
}

function readWhole(name: string, of: string, standard: number, variable: Lookup, say: Say): number {
  const text = variable(name);
  if (text === undefined) return standard;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (value < 1) say(`${name} must be a whole number of ${of} above 0, such as ${standard}.`);
  return value;
}

function readSampling(variable: Lookup, say: Say): TraceSampling {
  const name = variable('OTEL_TRACES_SAMPLER') ?? 'parentbased_always_on';
  const match = /^(parentbased_)?(always_on|always_off|traceidratio)$/.exec(name);
  if (!match) {
    say(
      'OTEL_TRACES_SAMPLER must be always_on, always_off, traceidratio, or one of them behind `parentbased_`.',
    );
  }
  const argument = variable('OTEL_TRACES_SAMPLER_ARG') ?? '1';
  const share = /^(0|1|0?\.\d+|1\.0+|0\.\d+)$/.test(argument) ? Number(argument) : Number.NaN;
  const kind = match?.[2];
  if (kind === 'traceidratio' && Number.isNaN(share)) {
    say('OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1, such as 0.1.');
  }
  const ratio = kind === 'always_off' ? 0 : kind === 'traceidratio' ? share : 1;
  return { parent: match?.[1] !== undefined, ratio };
}
