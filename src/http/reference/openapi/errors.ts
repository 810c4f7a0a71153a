// Which errors an operation can answer with, by status, straight from the catalogue; and what some of them look like.
import {
  type CatalogueEntry,
  type ErrorCode,
  errorCatalogue,
  TollgateError,
  toErrorBody,
} from '../../../core/errors.ts';

export interface DocumentedError extends CatalogueEntry {
  readonly name: ErrorCode;
}

export interface ErrorStatus {
  readonly status: number;
  readonly errors: readonly DocumentedError[];
}

const authentication: readonly ErrorCode[] = [
  'missing_api_key',
  'invalid_api_key',
  'key_disabled',
  'key_expired',
  'ip_not_allowed',
];
/** Answers to requests that are for no endpoint. */
const ofNoEndpoint: readonly ErrorCode[] = ['unknown_url', 'method_not_allowed'];
/** Answers to people who sign in to the console; docs/admin-api.md has them. */
export const ofTheConsole: readonly ErrorCode[] = [
  'session_missing',
  'login_failed',
  'login_too_many_attempts',
  'password_login_off',
  'member_disabled',
  'link_unusable',
  'csrf_refused',
];

export const chatErrors = byStatus(
  (Object.keys(errorCatalogue) as ErrorCode[]).filter(
    (name) => ![...ofNoEndpoint, ...ofTheConsole].includes(name) && !/^(admin|metrics)_/.test(name),
  ),
);
export const modelListErrors = byStatus([...authentication, 'internal_error']);
export const modelErrors = byStatus([...authentication, 'model_not_found', 'internal_error']);

function byStatus(names: readonly ErrorCode[]): readonly ErrorStatus[] {
  const groups = new Map<number, DocumentedError[]>();
  for (const name of names) {
    const entry: CatalogueEntry = errorCatalogue[name];
    groups.set(entry.status, [...(groups.get(entry.status) ?? []), { name, ...entry }]);
  }
  return [...groups].map(([status, errors]) => ({ status, errors })).sort((a, b) => a.status - b.status);
}

const examples: readonly TollgateError[] = [
  new TollgateError('decimal_above_max_value', { param: 'temperature', values: { limit: 2, actual: '2.5' } }),
  new TollgateError('missing_required_parameter', { param: 'messages' }),
  new TollgateError('context_length_exceeded', { param: 'messages', values: { limit: 8192, actual: 9120 } }),
  new TollgateError('missing_api_key'),
  new TollgateError('invalid_api_key', { values: { key: 'sk-tg-ab***wxyz' } }),
  new TollgateError('key_expired', { values: { expiresAt: '2026-11-01T00:00:00.000Z' } }),
  new TollgateError('model_not_allowed', {
    values: { project: 'default', model: 'gpt-5.1-thinking' },
  }),
  new TollgateError('model_not_found', { values: { model: 'gpt-5.2' } }),
  new TollgateError('budget_exhausted', {
    values: {
      budget: 'monthly budget',
      scope: 'project `default`',
      limit: '$50.00',
      spent: '$49.97',
      held: '$0.02',
      needed: '$0.04',
      advice: ' It resets on 2026-12-01 00:00 UTC.',
    },
  }),
  new TollgateError('idempotency_incomplete', {
    values: {
      request: 'req_0197f3a2c1d4',
      reason: 'was broken off before its answer was complete',
    },
  }),
  new TollgateError('idempotency_key_reused', { values: { request: 'req_0197f3a2c1d4' } }),
  new TollgateError('client_too_slow', { values: { seconds: 60 } }),
  new TollgateError('request_too_large', { values: { limit: 33_554_432 } }),
  new TollgateError('unsupported_content_type', { values: { contentType: 'text/plain' } }),
  new TollgateError('upstream_rate_limited', { values: { retry: ' in 2 s' } }),
  new TollgateError('internal_error'),
  new TollgateError('upstream_auth_error'),
  new TollgateError('shutting_down'),
  new TollgateError('ledger_unavailable'),
  new TollgateError('upstream_timeout', { values: { reason: 'no first token within 60 s' } }),
];

/** Bodies of some errors of a group, by name. */
export function exampleBodies({ errors }: ErrorStatus) {
  return Object.fromEntries(
    examples
      .filter(({ code }) => errors.some(({ name }) => name === code))
      .map((error) => [error.code, { value: toErrorBody(error) }]),
  );
}
