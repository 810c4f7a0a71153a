// What is in force on this node beyond the configuration's file: for people who look, so without any secret.
import { type Static, Type } from 'typebox';
import { contentModes } from '../../core/content.ts';
import { nullable, oneOf, Time } from './forms.ts';

const Milliseconds = Type.Integer({ minimum: 0 });

const Export = Type.Object(
  {
    url: Type.String({ description: 'Without credentials.' }),
    interval_ms: Milliseconds,
  },
  { description: 'Where it is sent by OpenTelemetry’s protocol.' },
);

export const Settings = Type.Object({
  version: Type.String(),
  node_version: Type.String(),
  started_at: Time,
  config: Type.Object({
    file: nullable(Type.String({ description: 'Path of tollgate.yaml; `null` when there is none.' })),
    generation: Type.Integer({ description: '1 at start, one more each time it is taken over.' }),
    refused: nullable(Type.String({ description: 'Why the file as it is now is not in use.' })),
  }),
  storage: Type.Object({
    kind: oneOf(['sqlite', 'postgresql']),
    database: Type.String({ description: 'File or address, without credentials.' }),
    data_folder: Type.String(),
    ledger_retention_ms: nullable({ ...Milliseconds, description: '`null` = rows are kept for ever.' }),
  }),
  time_zone: Type.String({ description: 'In which days and months of limits and reports begin.' }),
  sign_in: Type.Object({
    password_login: Type.Boolean(),
    sso: Type.Array(Type.Object({ name: Type.String(), issuer: Type.String() })),
    public_url: nullable(Type.String()),
  }),
  content_logging: Type.Object({
    mode: oneOf(contentModes),
    retention_ms: Milliseconds,
    max_bytes: Type.Integer({ description: 'Of the prompt, and of the answer.' }),
  }),
  telemetry: Type.Object({
    metrics_public: Type.Boolean({ description: 'Whether `GET /metrics` needs no token.' }),
    traces: nullable(Export),
    metrics: nullable(Export),
  }),
  requests: Type.Object({
    body_limit_bytes: Type.Integer(),
    quota_status: Type.Integer({ description: 'Status of a request whose budget is exhausted.' }),
    idempotency_ms: nullable({ ...Milliseconds, description: '`null` = `Idempotency-Key` is ignored.' }),
    shutdown_grace_ms: Milliseconds,
    trusted_proxies: Type.Array(Type.String()),
  }),
});
export type Settings = Static<typeof Settings>;
