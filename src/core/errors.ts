// The one error class and the one catalogue: every failure a client can see has a row here, and docs/errors.md
// is checked against it. Knows nothing of HTTP frameworks, providers or storage. It is long because it is one table.

/** One kind of failure. `code` is what stands in the error body (`null` where OpenAI sends none). */
export interface CatalogueEntry {
  /** HTTP status before the first byte of an answer; in a stream the same error goes in-band. */
  readonly status: number;
  readonly type: 'invalid_request_error' | 'insufficient_quota' | 'requests' | 'tokens' | 'server_error';
  readonly code: string | null;
  /** Whether another target, or the same one later, may succeed with the same request. */
  readonly retryable: boolean;
  /** Sentence for the client; `{name}` is replaced by the error's `values.name`. */
  readonly message: string;
  /** What the reader can do about it; goes into docs/errors.md. */
  readonly remedy: string;
}

const request = (code: string | null, message: string, remedy: string, status = 400): CatalogueEntry => ({
  status,
  type: 'invalid_request_error',
  code,
  retryable: false,
  message,
  remedy,
});

const server = (
  status: number,
  code: string | null,
  retryable: boolean,
  message: string,
  remedy: string,
): CatalogueEntry => ({ status, type: 'server_error', code, retryable, message, remedy });

/** Codes are never reused with another meaning once released. Shapes: CONTRACT section 4. */
export const errorCatalogue = {
  // authenticate
  missing_api_key: request(
    null,
    "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).",
    'Send `Authorization: Bearer sk-tg-…`. `tollgate keys create` makes a key.',
    401,
  ),
  invalid_api_key: request(
    'invalid_api_key',
    'Incorrect API key provided: {key}. It is unknown, mistyped or revoked; ask the operator of this gateway for a key.',
    'Check the key for a missing character; revoked keys do not come back. `tollgate keys list` shows what exists.',
    401,
  ),
  key_disabled: request(
    'key_disabled',
    'This API key is disabled. Ask the operator of this gateway to enable it.',
    'Enable the key again or use another.',
    403,
  ),
  key_expired: request(
    'key_expired',
    'This API key expired on {expiresAt}. Ask the operator of this gateway for a new one.',
    'Create a new key.',
    403,
  ),
  ip_not_allowed: request(
    'ip_not_allowed',
    'This API key may not be used from the address {address}. Ask the operator of this gateway to allow it.',
    'Add the address to `allowed_ips` of the key; behind a proxy, `server.trusted_proxies` has to name it.',
    403,
  ),
  // receive
  request_too_large: request(
    'request_too_large',
    'The request body is larger than the limit of {limit} bytes.',
    'Send a smaller body; large images fit better as https URLs.',
    413,
  ),
  invalid_json: request(
    null,
    'We could not parse the JSON body of your request. (HINT: This likely means you aren’t using your HTTP library correctly. The gateway expects a JSON object, but what was sent could not be parsed as one.)',
    'Send one JSON object in UTF-8.',
  ),
  nested_too_deeply: request(
    'nested_too_deeply',
    'The JSON body of your request is nested more than {limit} levels deep.',
    'Send a flatter object.',
  ),
  too_many_fields: request(
    'object_above_max_properties',
    'The JSON body of your request has more than {limit} fields.',
    'A request has a few dozen fields at most; look at what builds the body.',
  ),
  unsupported_content_type: request(
    'unsupported_content_type',
    "Unsupported content type: '{contentType}'. This API method only accepts 'application/json' requests, but you specified the header 'Content-Type: {contentType}'.",
    'Send `Content-Type: application/json`.',
    415,
  ),
  unsupported_content_encoding: request(
    'unsupported_content_encoding',
    "Unsupported content encoding: '{contentEncoding}'. Send the body as it is, without compression and without the header 'Content-Encoding'.",
    'Turn the compression of request bodies off in your HTTP client.',
    415,
  ),
  unknown_url: request(
    'unknown_url',
    'Invalid URL ({method} {path})',
    'The endpoints are listed at `/docs`.',
    404,
  ),
  missing_host_header: request(
    null,
    'The request has no Host header, which HTTP/1.1 requires.',
    'Every HTTP client sends `Host`; look at what builds the request, or at the proxy before the gateway.',
  ),
  invalid_host_header: request(
    null,
    'The request has several Host headers, or one that names no host.',
    'Send one `Host` header with a name or an address and at most a port; look at what builds the request, or at the proxy before the gateway.',
  ),
  method_not_allowed: request(
    'method_not_allowed',
    'Not allowed to {method} on {path}. Allowed: {allow}.',
    'Use a method from the `allow` header.',
    405,
  ),
  // validate
  missing_required_parameter: request(
    'missing_required_parameter',
    "Missing required parameter: '{param}'.",
    'Add the field that `param` names.',
  ),
  invalid_type: request(
    'invalid_type',
    "Invalid type for '{param}': expected {expected}, but got {actual} instead.",
    'Send the type that the message names.',
  ),
  invalid_value: request(
    'invalid_value',
    "Invalid value for '{param}': {reason}",
    'Send one of the values that the message names.',
  ),
  unknown_value: request(
    'invalid_value',
    "Invalid value: '{actual}'. Supported values are: {supported}.",
    'Send one of the values that the message names.',
  ),
  pattern_mismatch: request(
    'invalid_value',
    "Invalid '{param}': string does not match pattern. Expected a string that matches the pattern '{pattern}'.",
    'Send a string that matches the pattern.',
  ),
  invalid_media: request(
    'invalid_value',
    "Invalid {kind}: '{param}'. Expected {expected}, but got {actual}.",
    'Send the image, sound or file as the message says.',
  ),
  parameter_not_allowed: request(
    null,
    "The '{param}' parameter is only allowed when {condition}.",
    'Leave the parameter out, or send what it needs.',
  ),
  choice_without_tools: request(
    null,
    "Invalid value for '{param}': '{param}' is only allowed when '{list}' are specified.",
    'Send the tools too, or leave the choice out.',
  ),
  tool_not_specified: request(
    null,
    "Invalid value for '{param}': no {kind} named '{name}' was specified in the '{list}' parameter.",
    'Name one of the tools that the request has.',
  ),
  orphan_message: request(
    null,
    "Invalid parameter: messages with role '{role}' must be a response to a preceeding message with '{calls}'.",
    'Put the assistant message that made the call before its answer.',
  ),
  unanswered_tool_calls: request(
    null,
    "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: {ids}",
    'Add a tool message for each call right behind the assistant message.',
  ),
  integer_above_max_value: request(
    'integer_above_max_value',
    "Invalid '{param}': integer above maximum value. Expected a value <= {limit}, but got {actual} instead.",
    'Send a value within the range.',
  ),
  integer_below_min_value: request(
    'integer_below_min_value',
    "Invalid '{param}': integer below minimum value. Expected a value >= {limit}, but got {actual} instead.",
    'Send a value within the range.',
  ),
  decimal_above_max_value: request(
    'decimal_above_max_value',
    "Invalid '{param}': decimal above maximum value. Expected a value <= {limit}, but got {actual} instead.",
    'Send a value within the range.',
  ),
  decimal_below_min_value: request(
    'decimal_below_min_value',
    "Invalid '{param}': decimal below minimum value. Expected a value >= {limit}, but got {actual} instead.",
    'Send a value within the range.',
  ),
  string_above_max_length: request(
    'string_above_max_length',
    "Invalid '{param}': string too long. Expected a string with maximum length {limit}, but got a string with length {actual} instead.",
    'Send a shorter string.',
  ),
  empty_string: request(
    'empty_string',
    "Invalid '{param}': empty string. Expected a string with minimum length {limit}, but got an empty string instead.",
    'Send a text, or leave the field out where it is optional.',
  ),
  empty_array: request(
    'empty_array',
    "Invalid '{param}': empty array. Expected an array with minimum length {limit}, but got an empty array instead.",
    'Put at least one element in, or leave the field out.',
  ),
  array_above_max_length: request(
    'array_above_max_length',
    "Invalid '{param}': array too long. Expected an array with maximum length {limit}, but got an array with length {actual} instead.",
    'Send fewer elements.',
  ),
  object_above_max_properties: request(
    'object_above_max_properties',
    "Invalid '{param}': too many properties. Expected an object with at most {limit} properties, but got an object with {actual} properties instead.",
    'Send fewer members.',
  ),
  property_name_above_max_length: request(
    'property_name_above_max_length',
    "Invalid property name in '{object}': '{name}' is too long. Expected a string with maximum length {limit}, but got a string with length {actual} instead.",
    'Send a shorter name.',
  ),
  unsupported_parameter: request(
    'unsupported_parameter',
    "Unsupported parameter: '{param}' is not supported with this model. {reason}",
    'Leave the parameter out or choose another model.',
  ),
  unsupported_value: request(
    'unsupported_value',
    "Unsupported value: '{param}' does not support {actual} with this model. {reason}",
    'Send a value that the message names or choose another model.',
  ),
  unrecognized_parameter: request(
    null,
    'Unrecognized request argument{s} supplied: {names}',
    'Leave the fields out. The operator has set `strict_params` for this model; without it they would be passed on.',
  ),
  context_length_exceeded: request(
    'context_length_exceeded',
    "This model's maximum context length is {limit} tokens. However, your messages resulted in {actual} tokens. Please reduce the length of the messages.",
    'Shorten the messages or choose a model with a longer context.',
  ),
  // idempotency
  invalid_idempotency_key: request(
    'invalid_idempotency_key',
    'Invalid Idempotency-Key: {reason}. A key is 1 to {longest} visible characters of ASCII, such as a UUID.',
    'Send a key of its own with every request and the same one with its retries, or leave the header out.',
  ),
  idempotency_key_reused: request(
    'idempotency_key_reused',
    'This Idempotency-Key belongs to the request {request}, which had another body. A key stands for one request.',
    'Send the bytes of the first request again to get its answer, or a new key for a new request.',
    422,
  ),
  idempotency_in_progress: {
    status: 409,
    type: 'invalid_request_error',
    code: 'idempotency_in_progress',
    retryable: true,
    message:
      'The request {request} with this Idempotency-Key is still under way on another node of the gateway. Please retry in 5 seconds.',
    remedy: 'Wait for `retry-after`, then send the same again: its answer comes when it is there.',
  },
  idempotency_incomplete: request(
    'idempotency_incomplete',
    'The request {request} with this Idempotency-Key {reason}. A model may have answered it, so it is not sent again under this key.',
    'Send the request with a new key if you want it to run, and be charged, once more. `GET /admin/v1/requests` shows what the first one cost.',
    409,
  ),
  // plan
  model_not_found: request(
    'model_not_found',
    'The model `{model}` does not exist or you do not have access to it.',
    '`GET /v1/models` lists what this key can use.',
    404,
  ),
  model_not_allowed: request(
    'model_not_found',
    'Project `{project}` does not have access to model `{model}`.',
    'Ask the operator to allow the model for this key.',
    403,
  ),
  price_unknown: server(
    503,
    'price_unknown',
    false,
    'The model `{model}` has no price on this gateway, so its cost could not be booked. The operator has to give it a price, on the page of the model in the console or by `price` in tollgate.yaml (`free` counts as one).',
    'Give the model a price: on its page in the console, or by `price` in tollgate.yaml.',
  ),
  // hold
  rate_limit_exceeded: {
    status: 429,
    type: 'requests',
    code: 'rate_limit_exceeded',
    retryable: true,
    message:
      'Rate limit reached for {model} on {rate} for {scope}: Limit {limit}, Used {used}, Held {held}, Requested {requested}.{advice}',
    remedy: 'Wait for `retry-after`, or ask the operator to raise the limit.',
  },
  token_limit_exceeded: {
    status: 429,
    type: 'tokens',
    code: 'rate_limit_exceeded',
    retryable: true,
    message:
      'Rate limit reached for {model} on {rate} for {scope}: Limit {limit}, Used {used}, Held {held}, Requested {requested}.{advice}',
    remedy:
      'Wait for `retry-after`, send a smaller prompt or `max_completion_tokens`, or ask the operator to raise the limit.',
  },
  insufficient_quota: {
    status: 429,
    type: 'insufficient_quota',
    code: 'insufficient_quota',
    retryable: false,
    message:
      'You exceeded the {budget} of {scope}: limit {limit}, spent {spent}, held by requests under way {held}, this request needs up to {needed}.{advice}',
    remedy:
      'Send a smaller prompt or `max_completion_tokens`, wait until the budget resets, or ask the operator to raise it.',
  },
  budget_exhausted: {
    status: 402,
    type: 'insufficient_quota',
    code: 'insufficient_quota',
    retryable: false,
    message:
      'You exceeded the {budget} of {scope}: limit {limit}, spent {spent}, held by requests under way {held}, this request needs up to {needed}.{advice}',
    remedy: 'As `insufficient_quota`; the operator has set `server.quota_status: 402`.',
  },
  ledger_unavailable: server(
    503,
    'ledger_unavailable',
    true,
    'The gateway could not write its ledger, so the request was not sent. Nothing was charged. Please retry.',
    'Operators: check disk space and permissions of the data folder, or that PostgreSQL can be reached; `tollgate doctor` names the cause.',
  ),
  // attempt
  upstream_error: server(
    502,
    'upstream_error',
    true,
    'The model provider failed to answer this request ({reason}).',
    'Retry; if it stays, the operator finds the cause in the gateway log under the request id.',
  ),
  upstream_auth_error: server(
    502,
    'upstream_auth_error',
    true,
    'The model provider did not accept the credentials of this gateway. Your own key is fine; the operator has to renew the provider key.',
    'Operators: renew the provider key; the log has what the provider said, under the request id.',
  ),
  upstream_rejected: request(
    null,
    'The model provider rejected the request: {reason}',
    'Correct what the message names.',
  ),
  model_rejected: request(
    null,
    'The embedded model cannot serve this request. {reason}',
    'Correct what the message names, or configure a provider whose model can.',
  ),
  upstream_rate_limited: {
    status: 429,
    type: 'requests',
    code: 'rate_limit_exceeded',
    retryable: true,
    message: 'The model provider is rate limiting this gateway. Please retry{retry}.',
    remedy: 'Wait for `retry-after`.',
  },
  upstream_out_of_credit: server(
    503,
    'no_available_upstream',
    true,
    'The account of this gateway at the model provider has no credit or quota left. Your own key is fine; the operator has to top up the account.',
    'Operators: top up the account at the provider, or add another target to the route of the model; the log has what the provider said.',
  ),
  upstream_timeout: server(
    504,
    'upstream_timeout',
    true,
    'The model provider did not answer in time ({reason}).',
    'Retry, or raise `timeouts` of the model in tollgate.yaml.',
  ),
  no_available_upstream: server(
    503,
    'no_available_upstream',
    true,
    'No provider is available for `{model}` right now: {reason}',
    'Do what the message says; `GET /ready` shows the state.',
  ),
  upstream_overloaded: server(
    503,
    'overloaded',
    true,
    'The model is at capacity and takes no more requests right now. Please retry{retry}.',
    'Wait for `retry-after`; for the embedded model, fewer requests at a time or a configured provider help.',
  ),
  overloaded: server(
    503,
    'overloaded',
    true,
    'The gateway is at capacity: {reason}. Please retry{retry}.',
    'Wait for `retry-after`. Operators: `tollgate_overload_refusals_total` tells how often and why; more cores, workers or nodes help.',
  ),
  client_too_slow: request(
    'client_too_slow',
    'The client read nothing of this answer for {seconds} seconds although more of it was waiting, so the gateway ended it.',
    'Read answers as they come. `server.slow_reader_timeout` in tollgate.yaml says how long a client may pause.',
    408,
  ),
  shutting_down: server(
    503,
    'shutting_down',
    true,
    'The gateway is shutting down. Please retry.',
    'Retry; another instance, or this one after its restart, will answer.',
  ),
  // GET /metrics
  metrics_token_missing: request(
    'missing_metrics_token',
    'The metrics of this gateway are not public. Send the metrics token, or the admin token, in an Authorization header using Bearer auth (i.e. Authorization: Bearer METRICS_TOKEN).',
    'Set `TOLLGATE_METRICS_TOKEN` and give it to Prometheus (`authorization: { credentials: … }`), or open the page with `server.metrics: { public: true }`.',
    401,
  ),
  metrics_token_invalid: request(
    'invalid_metrics_token',
    'This token does not open the metrics of this gateway: it is neither its metrics token nor its admin token.',
    'Compare it with `TOLLGATE_METRICS_TOKEN` of the gateway. API keys do not open `/metrics`.',
    401,
  ),
  // the admin API
  admin_token_missing: request(
    'missing_admin_token',
    "You didn't provide the admin token. Send it in an Authorization header using Bearer auth (i.e. Authorization: Bearer ADMIN_TOKEN).",
    'The first start printed it; `tollgate admin token --new` makes another. `TOLLGATE_ADMIN_TOKEN` presets it.',
    401,
  ),
  admin_token_invalid: request(
    'invalid_admin_token',
    'The admin token is not the one of this gateway.',
    '`tollgate admin token --new` makes another; where `TOLLGATE_ADMIN_TOKEN` is set, only that one counts.',
    401,
  ),
  admin_token_required: request(
    'admin_token_required',
    'This is an API key. The admin API takes the admin token, which the first start of the gateway printed.',
    'Send the admin token; API keys are for `/v1`.',
    403,
  ),
  admin_content_sealed: request(
    'content_sealed',
    'This content was sealed under the master key {key}, which this gateway does not have any more.',
    'Start the gateway with that key in `TOLLGATE_SECRET_KEY_PREVIOUS`, or wait until retention deletes the content.',
    409,
  ),
  admin_role_required: request(
    'role_required',
    'This takes the role `{least}`; yours is `{role}`. An administrator can change it on the members page.',
    'Ask an administrator. What each role may do is in docs/access.md.',
    403,
  ),
  session_missing: request(
    'not_signed_in',
    'You are not signed in, or your session has ended. Sign in again.',
    'A session ends after 12 hours without a request, after 30 days, with a new password or role, and when it is signed out.',
    401,
  ),
  login_failed: request(
    'wrong_credentials',
    'The e-mail address or the password is wrong.',
    'An administrator can make a link for a new password on the members page, or with `tollgate members reset-password`.',
    401,
  ),
  login_too_many_attempts: {
    status: 429,
    type: 'requests',
    code: 'too_many_attempts',
    retryable: true,
    message: 'Too many attempts to sign in. Please try again in {seconds} seconds.',
    remedy: 'Wait for `retry-after`. A browser that has signed in before is not held up by what others try.',
  },
  password_login_off: request(
    'password_login_off',
    'Signing in with a password is turned off on this gateway. Use single sign-on.',
    '`console.password_login` in tollgate.yaml turns it on.',
    403,
  ),
  member_disabled: request(
    'member_disabled',
    'Your access is disabled. Ask an administrator to enable it.',
    'An administrator enables members on the members page.',
    403,
  ),
  link_unusable: request(
    'link_unusable',
    'This link {reason}. Ask an administrator for a new one.',
    'Administrators make links on the members page, or with `tollgate members reset-password`.',
    410,
  ),
  csrf_refused: request(
    'csrf_refused',
    'This change did not come from a page of this console: {reason}',
    'Behind a proxy, `server.public_url` names the address that browsers see. Other clients use the admin token.',
    403,
  ),
  admin_key_of_another: request(
    'key_of_another',
    'This key belongs to {owner}. Members change keys of their own; an administrator can change any.',
    'Ask whoever has the key, or an administrator.',
    403,
  ),
  admin_too_many_attempts: {
    status: 429,
    type: 'requests',
    code: 'too_many_attempts',
    retryable: true,
    message: 'Too many wrong admin tokens came from your address. Please try again in {seconds} seconds.',
    remedy: 'Wait for `retry-after`.',
  },
  admin_unknown_parameter: request(
    'unknown_parameter',
    "Unknown parameter: '{param}'.{hint}",
    'Leave it out, or spell it as the message says.',
  ),
  admin_not_found: request(
    'not_found',
    'There is no {kind} `{reference}`.',
    'Lists show what there is: `GET /admin/v1/keys` and its siblings.',
    404,
  ),
  admin_conflict: request(
    'conflict',
    'The change does not fit what is stored. {reason}',
    'Do what the message says.',
    409,
  ),
  admin_precondition_failed: request(
    'precondition_failed',
    'The {kind} was changed since you read it: its revision is {revision} now, and `If-Match` asks for {wanted}.',
    'Read it again, and repeat the change on what it is now.',
    412,
  ),
  database_unavailable: server(
    503,
    'database_unavailable',
    true,
    'The gateway cannot reach its database now. Please try again; a change may have been made all the same, so read it first.',
    'Operators: check that PostgreSQL runs and can be reached, or disk space and permissions of the data folder; `tollgate doctor` names the cause.',
  ),
  // anything else
  internal_error: server(
    500,
    null,
    false,
    'The server had an error while processing your request. Quote the x-request-id when you ask about it.',
    'Look up the request id in the gateway log.',
  ),
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof errorCatalogue;

export interface TollgateErrorOptions {
  /** Values for the `{name}` places of the catalogue message. */
  readonly values?: Readonly<Record<string, string | number>>;
  /** Path of the offending field as OpenAI writes it: `messages[2].content[0].image_url.url`. */
  readonly param?: string;
  /** How long the client should wait before it retries. */
  readonly retryAfterMs?: number;
  /** Whether the client should retry, where it differs from what its SDK would guess from the status. */
  readonly shouldRetry?: boolean;
  /** For the operator's log; never sent to a client. */
  readonly cause?: unknown;
  /** Replaces the catalogue's `code` in the body: an upstream's own code for a request it rejected. */
  readonly wireCode?: string | null;
  /** More headers of the answer: how the limit stands that refused the request. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** The only error the stages throw. `message` is safe to show to the client. */
export class TollgateError extends Error {
  override readonly name = 'TollgateError';
  readonly code: ErrorCode;
  readonly entry: CatalogueEntry;
  readonly param: string | null;
  readonly retryAfterMs: number | undefined;
  readonly shouldRetry: boolean | undefined;
  readonly wireCode: string | null;
  readonly headers: Readonly<Record<string, string>> | undefined;

  constructor(code: ErrorCode, options: TollgateErrorOptions = {}) {
    const entry = errorCatalogue[code];
    const values: Readonly<Record<string, string | number>> = {
      param: options.param ?? '',
      ...options.values,
    };
    super(
      entry.message.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place)),
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.code = code;
    this.entry = entry;
    this.param = options.param ?? null;
    this.retryAfterMs = options.retryAfterMs;
    this.shouldRetry = options.shouldRetry;
    this.wireCode = options.wireCode === undefined ? entry.code : options.wireCode;
    this.headers = options.headers;
  }

  get status(): number {
    return this.entry.status;
  }
}

/** Anything thrown becomes a TollgateError; the unknown becomes `internal_error` with the original as cause. */
export function toTollgateError(thrown: unknown): TollgateError {
  return thrown instanceof TollgateError ? thrown : new TollgateError('internal_error', { cause: thrown });
}

/** The body of every error answer: CONTRACT section 4, all four keys always present. */
export interface ErrorBody {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: string | null;
  };
}

export function toErrorBody(error: TollgateError): ErrorBody {
  return {
    error: { message: error.message, type: error.entry.type, param: error.param, code: error.wireCode },
  };
}
