import { describe, expect, it } from 'vitest';
import { readEnvironment } from './env.ts';
import { readOtlp } from './otlp.ts';

function read(variables: Readonly<Record<string, string>>) {
  const problems: string[] = [];
  const settings = readOtlp(
    (name) => variables[name],
    (message) => problems.push(message),
  );
  return { settings, problems };
}

const endpoint = 'http://collector:4318';

describe('where traces and metrics go', () => {
  it.each([
    [{}, undefined, undefined],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }, `${endpoint}/v1/traces`, `${endpoint}/v1/metrics`],
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://host/otlp/' },
      'https://host/otlp/v1/traces',
      'https://host/otlp/v1/metrics',
    ],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://host/mine' }, 'http://host/mine', undefined],
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_METRICS_EXPORTER: 'none' },
      `${endpoint}/v1/traces`,
      undefined,
    ],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_SDK_DISABLED: 'true' }, undefined, undefined],
  ])('%j', (variables, traces, metrics) => {
    const { settings, problems } = read(variables as Record<string, string>);
    expect(problems).toEqual([]);
    expect(settings?.traces?.url).toBe(traces);
    expect(settings?.metrics?.url).toBe(metrics);
  });

  it.each([
    [{}, 'protobuf', 'protobuf'],
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf' }, 'protobuf', 'protobuf'],
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }, 'json', 'json'],
    [
      { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json', OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'http/protobuf' },
      'json',
      'protobuf',
    ],
  ])('written as %j says', (variables, traces, metrics) => {
    const { settings, problems } = read({
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
      ...(variables as Record<string, string>),
    });
    expect(problems).toEqual([]);
    expect([settings?.traces?.encoding, settings?.metrics?.encoding]).toEqual([traces, metrics]);
  });

  it('has a name, attributes and headers, those of one signal before the common ones', () => {
    const { settings } = read({
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
      OTEL_EXPORTER_OTLP_HEADERS: 'Api-Key=a%2Cb, x-team = search',
      OTEL_EXPORTER_OTLP_METRICS_HEADERS: 'api-key=other',
      OTEL_RESOURCE_ATTRIBUTES: 'service.name=from-attributes,region=eu',
    });
    expect(settings).toMatchObject({ serviceName: 'from-attributes', resource: { region: 'eu' } });
    expect(settings?.traces?.headers['api-key']?.reveal()).toBe('a,b');
    expect(settings?.traces?.headers['x-team']?.reveal()).toBe('search');
    expect(settings?.metrics?.headers['api-key']?.reveal()).toBe('other');
  });

  it.each([
    ['traceidratio', '0.25', { parent: false, ratio: 0.25 }],
    ['parentbased_traceidratio', '.5', { parent: true, ratio: 0.5 }],
    ['parentbased_always_off', undefined, { parent: true, ratio: 0 }],
    [undefined, undefined, { parent: true, ratio: 1 }],
  ])('sampler %s of %s', (sampler, argument, sampling) => {
    const { settings } = read({
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
      ...(sampler ? { OTEL_TRACES_SAMPLER: sampler } : {}),
      ...(argument ? { OTEL_TRACES_SAMPLER_ARG: argument } : {}),
    });
    expect(settings?.traces?.sampling).toEqual(sampling);
  });

  it.each([
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://user:secret@collector:4318'],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'no pair'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'x=%0d%0aother:%20header'],
    ['OTEL_TRACES_SAMPLER', 'sometimes'],
    ['OTEL_BSP_SCHEDULE_DELAY', 'soon'],
    ['OTEL_BSP_MAX_QUEUE_SIZE', '-1'],
    ['OTEL_EXPORTER_OTLP_COMPRESSION', 'zstd'],
  ])('%s=%s is a mistake, told by its name and without its value', (name, value) => {
    const variables = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, [name]: value };
    const { problems } = read(variables);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems[0]).toContain(name);
    expect(problems.join()).not.toContain('secret');
    expect(() => readEnvironment({}, variables)).toThrow(name);
  });

  it('knows how much may wait, and whether it goes out compressed', () => {
    const { settings, problems } = read({
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
      OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: 'gzip',
      OTEL_BSP_MAX_QUEUE_SIZE: '100',
    });
    expect(problems).toEqual([]);
    expect(settings).toMatchObject({
      traces: { gzip: true, queueSize: 100, batchSize: 100 },
      metrics: { gzip: false },
    });
  });

  it('keeps its credentials from child processes', () => {
    const environment = readEnvironment({}, { OTEL_EXPORTER_OTLP_HEADERS: 'api-key=secret', HOME: '/tmp' });
    expect(environment.childVariables()).not.toHaveProperty('OTEL_EXPORTER_OTLP_HEADERS');
  });
});
