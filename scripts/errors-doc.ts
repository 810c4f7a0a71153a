// Prints docs/errors.md from the error catalogue: `node scripts/errors-doc.ts > docs/errors.md`. A test fails when the
// page and the catalogue differ.
import { pathToFileURL } from 'node:url';
import { type CatalogueEntry, type ErrorCode, errorCatalogue } from '../src/core/errors.ts';

const stages: readonly [title: string, about: string, codes: readonly ErrorCode[]][] = [
  [
    'Authenticate',
    'The key is checked before the body is read.',
    ['missing_api_key', 'invalid_api_key', 'key_disabled', 'key_expired', 'ip_not_allowed'],
  ],
  [
    'Receive',
    'URL, method, content type, size and JSON.',
    [
      'unknown_url',
      'missing_host_header',
      'invalid_host_header',
      'method_not_allowed',
      'unsupported_content_type',
      'unsupported_content_encoding',
      'request_too_large',
      'invalid_json',
      'nested_too_deeply',
      'too_many_fields',
    ],
  ],
  [
    'Validate',
    '`param` names the offending field as a path: `messages[2].content[0].image_url.url`.',
    [
      'missing_required_parameter',
      'invalid_type',
      'invalid_value',
      'unknown_value',
      'pattern_mismatch',
      'invalid_media',
      'parameter_not_allowed',
      'choice_without_tools',
      'tool_not_specified',
      'orphan_message',
      'unanswered_tool_calls',
      'integer_above_max_value',
      'integer_below_min_value',
      'decimal_above_max_value',
      'decimal_below_min_value',
      'string_above_max_length',
      'empty_string',
      'empty_array',
      'array_above_max_length',
      'object_above_max_properties',
      'property_name_above_max_length',
      'unsupported_parameter',
      'unsupported_value',
      'unrecognized_parameter',
      'context_length_exceeded',
    ],
  ],
  [
    'Plan',
    'From the model name to the upstreams behind it.',
    ['model_not_found', 'model_not_allowed', 'price_unknown'],
  ],
  [
    'Idempotency',
    'Only for requests with an `Idempotency-Key`: see [idempotency.md](idempotency.md).',
    [
      'invalid_idempotency_key',
      'idempotency_key_reused',
      'idempotency_in_progress',
      'idempotency_incomplete',
    ],
  ],
  [
    'Hold',
    'Nothing is sent upstream before the books have it. How limits work is told in [budgets.md](budgets.md).',
    [
      'rate_limit_exceeded',
      'token_limit_exceeded',
      'insufficient_quota',
      'budget_exhausted',
      'ledger_unavailable',
    ],
  ],
  [
    'Attempt and relay',
    'Retryable ones are tried on the next target of the route first; the client sees the last.',
    [
      'upstream_error',
      'upstream_auth_error',
      'upstream_rejected',
      'model_rejected',
      'upstream_rate_limited',
      'upstream_out_of_credit',
      'upstream_timeout',
      'upstream_overloaded',
      'no_available_upstream',
    ],
  ],
  [
    'Metrics',
    'Answers of `GET /metrics` only: see [observability.md](observability.md).',
    ['metrics_token_missing', 'metrics_token_invalid'],
  ],
  [
    'The admin API',
    'Answers of `/admin/v1` only, beside those about URL, body and fields: see [admin-api.md](admin-api.md).',
    [
      'admin_token_missing',
      'admin_token_invalid',
      'admin_token_required',
      'admin_role_required',
      'admin_key_of_another',
      'session_missing',
      'login_failed',
      'login_too_many_attempts',
      'password_login_off',
      'member_disabled',
      'link_unusable',
      'csrf_refused',
      'admin_too_many_attempts',
      'admin_unknown_parameter',
      'admin_not_found',
      'admin_conflict',
      'admin_precondition_failed',
      'admin_content_sealed',
      'database_unavailable',
    ],
  ],
  [
    'The gateway itself',
    'At any stage.',
    ['overloaded', 'client_too_slow', 'shutting_down', 'internal_error'],
  ],
];

const intro = `# Errors

<!-- Written by scripts/errors-doc.ts from src/core/errors.ts. Do not edit. -->

Every failure is answered with one JSON object, the same that OpenAI sends, so their SDKs raise their usual exceptions:

\`\`\`json
{"error": {"message": "…", "type": "invalid_request_error", "param": "temperature", "code": "decimal_above_max_value"}}
\`\`\`

All four keys are always there; \`param\` and \`code\` may be \`null\`. Every answer carries \`x-request-id\`: quote it when you
ask about an error, the log of the gateway has the details under it. Messages never hold an upstream's address, key or
raw answer.

**Retries.** Where waiting helps, \`retry-after\` (seconds) and \`retry-after-ms\` say how long; an upstream's own wait is
kept. \`x-should-retry: false\` tells SDKs not to repeat what cannot succeed although its status looks like it.

**Streams.** Until the first chunk a stream fails like any request: with a status and the JSON above. After that (or
after the first \`: keep-alive\` comment, which comes in 15 s of silence) the error is the last event of the stream, and
there is **no** \`[DONE]\` behind it:

\`\`\`
data: {"error": {"message": "…", "type": "server_error", "param": null, "code": "upstream_timeout"}}
\`\`\`

**Codes.** The name in the first column is what the ledger and the log say; \`code\` is what the body says. For
\`upstream_rejected\` the body has the upstream's own code, such as \`context_length_exceeded\`. \`{…}\` in a message is filled in.
`;

/** The whole page. Throws when an error of the catalogue belongs to no stage. */
export function errorsPage(): string {
  const listed = new Set(stages.flatMap(([, , codes]) => codes));
  const missing = Object.keys(errorCatalogue).filter((code) => !listed.has(code as ErrorCode));
  if (missing.length > 0) throw new Error(`scripts/errors-doc.ts names no stage for: ${missing.join(', ')}`);
  return `${intro}${stages.map(section).join('')}`;
}

function section([title, about, codes]: (typeof stages)[number]): string {
  const rows = codes.map((code) => row(code, errorCatalogue[code]));
  return `
## ${title}

${about}

| error | status | type | \`code\` | retryable | message | what to do |
|---|---|---|---|---|---|---|
${rows.join('\n')}
`;
}

function row(name: ErrorCode, entry: CatalogueEntry): string {
  const cells = [
    `\`${name}\``,
    String(entry.status),
    `\`${entry.type}\``,
    entry.code === null ? '`null`' : `\`${entry.code}\``,
    entry.retryable ? 'yes' : 'no',
    entry.message,
    entry.remedy,
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.stdout.write(errorsPage());
}
