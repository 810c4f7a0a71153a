// Settings of LiteLLM that have no counterpart in tollgate.yaml, each with what to do instead. Data, mostly.
import type { Notebook } from './notes.ts';
import { priceKeys } from './prices.ts';
import { isSet, type Members } from './source.ts';

type Advice = readonly (readonly [keys: RegExp, advice: string])[];

const nothing = 'Tollgate has no counterpart.';
const limits =
  'Limits and budgets are set under `limits` in tollgate.yaml: for the organization, projects, keys, end users or models (docs/budgets.md), not for one deployment.';
const callbacks =
  'There are no callbacks. Every request is a row of the ledger, a line of the log and, with OTEL_EXPORTER_OTLP_ENDPOINT, a trace (docs/observability.md).';
const caching =
  'Tollgate does not cache answers. `strategy: prefix-affinity` keeps the prompt caches of upstreams warm.';
const guardrails =
  'Tollgate has no guardrails: what is sent is not filtered. Put a filter before it if you depend on them.';
const database =
  'Tollgate keeps its books in SQLite in the data folder (TOLLGATE_DATA), or in PostgreSQL (TOLLGATE_DATABASE_URL). Keys, teams, spend and models in LiteLLM’s database are not carried over: `tollgate keys create` makes new keys.';
const redis = 'One gateway needs no Redis; several do not share what they know of their upstreams.';
const byKind = 'Tollgate falls back by no kind of error but those that another target may not have.';

const paramAdvice: Advice = [
  [/^(?:rpm|tpm)$/, `${limits} The number is used as a weight where there is no \`weight\`.`],
  [/^(?:itpm|otpm|max_parallel_requests|max_budget|budget_duration|default_api_key_.*)$/, limits],
  [
    /^(?:temperature|top_p|top_k|n|stop|seed|presence_penalty|frequency_penalty|logit_bias|user|tools|tool_choice|response_format|reasoning_effort|thinking|extra_body|parallel_tool_calls|verbosity|metadata)$/,
    'Tollgate sets no defaults for requests: let clients send it.',
  ],
  [
    /^(?:drop_params|modify_params)$/,
    'Tollgate leaves out what it knows an upstream refuses, and says so in x-tollgate-dropped-params. Other fields can be named under `capabilities: { drop_params: [ … ] }`.',
  ],
  [/^max_retries$/, 'Retries are counted in one place: `retry: { attempts: … }` of the model.'],
  [
    /^cooldown_time$/,
    'The circuit breaker has one setting for all: `server: { circuit_breaker: { open: … } }`.',
  ],
  [
    /^(?:azure_ad_token|azure_username|azure_password|tenant_id|client_id|client_secret|azure_scope)$/,
    'Tollgate signs in to Azure with a key only: set `api_key`.',
  ],
  [
    /^(?:tags|tag_regex)$/,
    'There is no routing by tags: give each group of targets a public model of its own.',
  ],
  [/^(?:input|output)_cost_per_/, 'Tollgate charges by tokens in one tier; this price is not among them.'],
  [/^mock_response$/, 'A model with a fixed answer does not exist here.'],
];

/** Read elsewhere, or about the entry only. */
const readParams =
  /^(?:model|api_base|base_url|api_key|api_version|aws_(?:region_name|access_key_id|secret_access_key|session_token|bedrock_runtime_endpoint)|custom_llm_provider|organization|headers|extra_headers|weight|order|timeout|stream_timeout|num_retries|max_tokens|max_completion_tokens|additional_drop_params|litellm_credential_name|use_in_pass_through|use_litellm_proxy|model_info)$/;
const readInfo =
  /^(?:id|mode|base_model|max_tokens|max_input_tokens|max_output_tokens|supports_.*|supported_.*|version|description|metadata|litellm_provider|key|source|created_.*|updated_.*|db_model|deprecation_date|tier|health_check_.*)$/;

export function noteParams(params: Members, info: Members, path: string, notebook: Notebook): void {
  for (const key of statedKeys(params)) {
    if (readParams.test(key) || priceKeys.includes(key)) continue;
    notebook.lost(`${path}.litellm_params.${key}`, adviceOn(key, paramAdvice));
  }
  for (const key of statedKeys(info)) {
    if (readInfo.test(key) || priceKeys.includes(key)) continue;
    const advice = /^(?:access_groups|team_|access_windows)/.test(key)
      ? 'Who may use a model is said when a key is made: `tollgate keys create --models a,b`.'
      : adviceOn(key, paramAdvice);
    notebook.lost(`${path}.model_info.${key}`, advice);
  }
  for (const key of [
    'weight',
    'rpm',
    'tpm',
    'order',
    'timeout',
    'stream_timeout',
    'num_retries',
    'max_tokens',
  ]) {
    if (typeof params[key] === 'string' && params[key].startsWith('os.environ/')) {
      notebook.lost(
        `${path}.litellm_params.${key}`,
        'Numbers cannot come from the environment: write it into the file.',
      );
    }
  }
  if (isSet(params.max_tokens ?? params.max_completion_tokens)) {
    notebook.changed(
      `${path}.litellm_params.${isSet(params.max_completion_tokens) ? 'max_completion_tokens' : 'max_tokens'}`,
      'LiteLLM takes it for clients that say nothing; `max_output_tokens` is also the most that any client gets.',
    );
  }
}

const shared: Advice = [
  [/callback|^langfuse|^langsmith|^turn_off_message_logging|^redact_/, callbacks],
  [/^cache|^caching/, caching],
  [/guardrail|^content_filter|moderation/, guardrails],
  [/^redis|^cache_kwargs/, redis],
  [/budget|^default_max_|max_parallel_requests|^default_(?:internal_user|team|key)|_limit/, limits],
  [
    /^context_window_fallbacks$/,
    `${byKind} A prompt that is too long is answered with 400: let clients name the larger model.`,
  ],
  [/^content_policy_fallbacks$/, byKind],
  [/verbose|^debug|^log_/, 'TOLLGATE_LOG_LEVEL=info logs a line for each request; debug has each attempt.'],
  [/^json_logs$/, 'The log is JSON as it is.'],
];

const advice: Readonly<Record<string, Advice>> = {
  router_settings: [
    [
      /^(?:retry_after|retry_policy|model_group_retry_policy)$/,
      'Waits are a back-off with jitter that honours Retry-After, for all errors that may pass: `retry: { attempts, deadline }` of a model.',
    ],
    [
      /^allowed_fails_policy$/,
      'The circuit breaker counts what is the upstream’s fault, of whatever kind: `server: { circuit_breaker: … }`.',
    ],
    [
      /^enable_pre_call_checks?$/,
      '`context_window` is for information only: a prompt that is too long is refused by the upstream.',
    ],
    [/^routing_strategy_args$/, 'The strategies have nothing to set.'],
    [/tag/, 'There is no routing by tags: give each group of targets a public model of its own.'],
    [/^default_litellm_params$/, 'Tollgate sets no defaults for requests: let clients send it.'],
    [/^max_fallbacks$/, 'All groups of a route are tried.'],
  ],
  litellm_settings: [
    [
      /^(?:drop_params|modify_params)$/,
      paramAdvice.find(([keys]) => keys.test('drop_params'))?.[1] ?? nothing,
    ],
    [
      /^(?:api_key|api_base|openai_key|anthropic_key)$/,
      'Keys and addresses belong to a provider: set them under `providers`.',
    ],
    [
      /^ssl_|^force_ipv4$/,
      'Certificates are checked by Node: NODE_EXTRA_CA_CERTS names further authorities.',
    ],
  ],
  general_settings: [
    [
      /^master_key$/,
      'Tollgate has keys of its own: `tollgate keys create`. If clients are to keep using this one, set TOLLGATE_BOOTSTRAP_KEY to it before the first start (16 characters or more).',
    ],
    [
      /^(?:database_|store_model_in_db|supported_db_objects|disable_spend|allow_requests_on_db|proxy_batch|store_prompts|maximum_spend)/,
      database,
    ],
    [/^(?:alert|slack)/, 'There are no alerts; `GET /ready` and the log tell how the gateway stands.'],
    [
      /^(?:custom_auth|enable_jwt|litellm_jwt|enable_oauth2|oauth2|custom_sso|ui_|custom_key|key_management|use_azure_key_vault|use_google_kms)/,
      'Clients present keys of `tollgate keys create`; there is no other way in.',
    ],
    [/^pass_through/, 'Tollgate serves chat completions and has no pass-through.'],
    [
      /health_check/,
      'Targets are judged by the requests they get; `tollgate providers test` tries all of them at once.',
    ],
    [/^(?:completion_model|embedding_model|image_generation_model)$/, 'Clients have to name a model.'],
    [/^allowed_ips$/, 'Put a firewall or proxy before the gateway.'],
  ],
};

const sections: Readonly<Record<string, string>> = {
  guardrails,
  guardrail_list: guardrails,
  callback_settings: callbacks,
  mcp_servers: 'Tollgate is no gateway for MCP servers.',
  mcp_tools: 'Tollgate is no gateway for MCP servers.',
  include: 'Other files are not read: put everything into one file and import again.',
  environment_variables: 'Set these in the environment that starts Tollgate; the file does not do it.',
};

/** What stands in the rest of the file. `read`: paths that are carried over. */
export function noteSettings(content: Members, read: ReadonlySet<string>, notebook: Notebook): void {
  for (const section of statedKeys(content)) {
    if (read.has(section)) continue;
    const members = content[section];
    if (section === 'environment_variables' && typeof members === 'object') {
      for (const name of statedKeys(members as Members)) {
        notebook.lost(`${section}.${name}`, sections[section] ?? nothing);
      }
      continue;
    }
    const own = advice[section];
    if (!own) notebook.lost(section, sections[section] ?? nothing);
    else if (typeof members === 'object') {
      for (const key of statedKeys(members as Members)) {
        const path = `${section}.${key}`;
        if (!read.has(path)) notebook.lost(path, adviceOn(key, [...own, ...shared]));
      }
    }
  }
}

const adviceOn = (key: string, among: Advice) => among.find(([keys]) => keys.test(key))?.[1] ?? nothing;
const statedKeys = (members: Members) => Object.keys(members).filter((key) => isSet(members[key]));
