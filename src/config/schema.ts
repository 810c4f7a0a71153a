// The shape of tollgate.yaml. Each leaf carries `expects`, the end of the sentence "`key` must be …" that a reader
// of a wrong file sees; check.ts walks file and schema side by side. Ground for the reference page in docs/.
import { type Static, type TSchema, Type } from 'typebox';
import { contentModes } from '../core/content.ts';
import { isIpRange } from '../core/ip-ranges.ts';
import { strategies } from '../routing/strategies.ts';
import { Console, PublicUrl } from './console-schema.ts';
import { Limit } from './limit-schema.ts';
import { presetNames } from './presets.ts';
import { Prices } from './price-schema.ts';
import { closed, Switch, TimeZone, TokenCount, text } from './schema-forms.ts';
import { parseDays, parseDuration, parseSize } from './units.ts';

const Duration = text(
  'a duration above 0 and up to 24h, such as 500ms, 60s, 30m or 1h',
  (value) => parseDuration(value) !== undefined,
);
const Days = text(
  'a number of days from 1d to 36500d, such as 400d',
  (value) => parseDays(value) !== undefined,
);
const ByteSize = Type.Union([Type.String(), Type.Number()], {
  expects: 'a size up to 1GiB, such as 32MiB or 500kB',
  accepts: (value: string | number) => parseSize(value) !== undefined,
});

const ContentRetention = text(
  'a number of days from 1d to 36500d, such as 7d, or a duration up to 24h, such as 12h',
  (value) => parseDays(value) !== undefined || parseDuration(value) !== undefined,
);
const ContentSize = Type.Union([Type.String(), Type.Number()], {
  expects: 'a size up to 16MiB, such as 1MiB or 64KiB',
  accepts: (value: string | number) => (parseSize(value) ?? Number.POSITIVE_INFINITY) <= 16 * 1_048_576,
});

/** Models are named in URLs, headers and the ledger. */
const modelName = '^[\\x21-\\x7e]{1,200}$';
const providerName = '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$';
const headerName = "^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$";
/** The gateway sets these itself: connection control, framing and what it reads the answer by. */
const ownHeaders =
  /^(host|connection|content-length|content-type|transfer-encoding|te|trailer|upgrade|keep-alive|expect|accept-encoding|proxy-.*)$/i;

const BaseUrl = text(
  'an http or https URL without credentials, query or fragment, such as https://api.openai.com/v1',
  (value) => {
    const url = URL.canParse(value) ? new URL(value) : undefined;
    return (
      url !== undefined &&
      /^https?:$/.test(url.protocol) &&
      url.username + url.password + url.search + url.hash === ''
    );
  },
);
const ApiKey = text(`a key of visible ASCII characters, such as "\${OPENAI_API_KEY}"`, (value) =>
  /^[\x21-\x7e]+$/.test(value),
);
const WeightedKey = Type.Object(
  {
    key: ApiKey,
    weight: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, maximum: 1_000_000, expects: 'a number above 0 and up to 1000000' }),
    ),
  },
  closed,
);
const ApiKeys = Type.Array(
  Type.Union([ApiKey, WeightedKey], { expects: 'a key, or { key: …, weight: … }' }),
  { minItems: 1, maxItems: 64, expects: `a list of keys: [ { key: "\${A}", weight: 3 }, { key: "\${B}" } ]` },
);
const HeaderValue = text('one line of ASCII text', (value) => /^[\x20-\x7e]*$/.test(value));
const Headers = Type.Record(Type.String({ pattern: headerName }), HeaderValue, {
  keyExpects: 'an HTTP header name that the gateway does not set itself',
  refusesKey: ownHeaders,
});

const keptFields = /^(model|messages|stream|stream_options|max_tokens|max_completion_tokens)$/;
/** A field of a request; those that make the request, or bound what it costs, cannot be left out. */
const FieldName = text(
  'the name of a field of a request that may be left out, such as temperature',
  (value) => /^[A-Za-z_][A-Za-z0-9_]{0,63}$/.test(value) && !keptFields.test(value),
);
const FieldNames = Type.Array(FieldName, { maxItems: 64, expects: 'a list of fields: [ temperature, … ]' });

const capabilities = {
  max_tokens_field: Type.Optional(
    Type.Enum(['max_tokens', 'max_completion_tokens'], {
      expects: '`max_tokens` or `max_completion_tokens`',
    }),
  ),
  usage_in_stream: Type.Optional(Switch),
  developer_role: Type.Optional(Switch),
  functions: Type.Optional(Switch),
  reasoning_field: Type.Optional(
    Type.Enum(['reasoning_content', 'reasoning', 'none'], {
      expects: '`reasoning_content` or `reasoning`, or `none`',
    }),
  ),
  drop_params: Type.Optional(FieldNames),
  allow_params: Type.Optional(FieldNames),
  drop_params_while_reasoning: Type.Optional(FieldNames),
  think_tags: Type.Optional(Type.Enum(['both', 'closing'], { expects: '`both` or `closing`' })),
  prefill: Type.Optional(
    Type.Enum(['message', 'continue_final_message', 'prefix', 'none'], {
      expects: '`message`, `continue_final_message`, `prefix` or `none`',
    }),
  ),
  images: Type.Optional(Switch),
  audio: Type.Optional(Switch),
  files: Type.Optional(Switch),
  tools: Type.Optional(Switch),
  json_schema: Type.Optional(Switch),
  logprobs: Type.Optional(Switch),
  n: Type.Optional(Switch),
};
const Capabilities = Type.Object(capabilities, closed);
/** Of providers, and models, that have OpenAI's Responses API beside chat completions. */
const OpenAICapabilities = Type.Object(
  {
    ...capabilities,
    responses: Type.Optional(
      Type.Enum(['auto', 'always', 'never'], { expects: '`auto`, `always` or `never`' }),
    ),
  },
  closed,
);

/** One key, or several to draw from. */
const keys = { api_key: Type.Optional(ApiKey), api_keys: Type.Optional(ApiKeys) };
const served = { headers: Type.Optional(Headers), capabilities: Type.Optional(Capabilities) };

export const Provider = Type.Union(
  [
    Type.Object(
      {
        type: Type.Literal('openai'),
        base_url: Type.Optional(BaseUrl),
        ...keys,
        ...served,
        capabilities: Type.Optional(OpenAICapabilities),
      },
      closed,
    ),
    Type.Object(
      {
        type: Type.Literal('openai-compatible'),
        preset: Type.Optional(
          Type.Enum(presetNames, { expects: presetNames.map((name) => `\`${name}\``).join(', ') }),
        ),
        base_url: Type.Optional(BaseUrl),
        ...keys,
        ...served,
      },
      closed,
    ),
    Type.Object(
      {
        type: Type.Literal('gemini'),
        base_url: Type.Optional(BaseUrl),
        ...keys,
        ...served,
      },
      closed,
    ),
    Type.Object(
      {
        type: Type.Literal('anthropic'),
        base_url: Type.Optional(BaseUrl),
        ...keys,
        ...served,
      },
      closed,
    ),
    Type.Object(
      {
        type: Type.Literal('azure-openai'),
        base_url: BaseUrl,
        ...keys,
        api_version: Type.Optional(
          text('a dated version, such as 2024-10-21', (value) =>
            /^\d{4}-\d\d-\d\d(?:-preview)?$/.test(value),
          ),
        ),
        ...served,
      },
      closed,
    ),
    Type.Object(
      {
        type: Type.Literal('bedrock'),
        region: text('an AWS region, such as us-east-1', (value) =>
          /^[a-z]{2,5}(?:-[a-z]+)+-\d{1,2}$/.test(value),
        ),
        access_key_id: Type.Optional(ApiKey),
        secret_access_key: Type.Optional(ApiKey),
        session_token: Type.Optional(ApiKey),
        base_url: Type.Optional(BaseUrl),
        ...keys,
        ...served,
      },
      closed,
    ),
    Type.Object({ type: Type.Literal('local') }, closed),
  ],
  {
    discriminator: 'type',
    expects: '`openai`, `openai-compatible`, `anthropic`, `gemini`, `bedrock`, `azure-openai` or `local`',
  },
);

const Target = Type.Object(
  {
    provider: Type.String({ expects: 'the name of a provider', names: 'provider' }),
    model: Type.Optional(Type.String({ pattern: modelName, expects: "the model's name at the provider" })),
    weight: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, maximum: 1_000_000, expects: 'a number above 0 and up to 1000000' }),
    ),
    cost: Type.Optional(
      Type.Number({ minimum: 0, expects: 'a number of 0 or more, for `strategy: lowest-cost`' }),
    ),
  },
  closed,
);

const Model = Type.Object(
  {
    route: Type.Array(
      Type.Array(Target, { minItems: 1, maxItems: 64, expects: 'a list of targets: [ { provider: … } ]' }),
      { minItems: 1, maxItems: 16, expects: 'a list of groups of targets: [ [ { provider: … } ] ]' },
    ),
    price: Type.Optional(
      Type.Union([Type.Literal('free'), Prices], {
        expects: '`free` or { input: …, output: … } in USD per million tokens',
      }),
    ),
    strategy: Type.Optional(
      Type.Enum([...strategies], { expects: strategies.map((name) => `\`${name}\``).join(', ') }),
    ),
    retry: Type.Optional(
      Type.Object(
        {
          attempts: Type.Optional(
            Type.Integer({ minimum: 1, maximum: 10, expects: 'a whole number from 1 to 10' }),
          ),
          deadline: Type.Optional(Duration),
        },
        closed,
      ),
    ),
    hedge: Type.Optional(Duration),
    on_stream_failure: Type.Optional(Type.Enum(['error', 'continue'], { expects: '`error` or `continue`' })),
    context_window: Type.Optional(TokenCount),
    max_output_tokens: Type.Optional(TokenCount),
    capabilities: Type.Optional(OpenAICapabilities),
    reasoning_alias: Type.Optional(Switch),
    strict_params: Type.Optional(Switch),
    timeouts: Type.Optional(
      Type.Object(
        {
          connect: Type.Optional(Duration),
          first_token: Type.Optional(Duration),
          idle: Type.Optional(Duration),
          total: Type.Optional(Duration),
        },
        closed,
      ),
    ),
  },
  closed,
);

const CircuitBreaker = Type.Object(
  {
    failures: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 1000, expects: 'a whole number from 1 to 1000' }),
    ),
    open: Type.Optional(Duration),
  },
  closed,
);

export const TollgateYaml = Type.Object(
  {
    providers: Type.Optional(
      Type.Record(Type.String({ pattern: providerName }), Provider, {
        keyExpects: "a provider's name of letters, digits, `.`, `_` and `-`",
      }),
    ),
    models: Type.Optional(
      Type.Record(Type.String({ pattern: modelName }), Model, {
        keyExpects: "a model's name of visible ASCII characters without spaces",
      }),
    ),
    ledger: Type.Optional(Type.Object({ retention: Type.Optional(Days) }, closed)),
    console: Type.Optional(Console),
    logging: Type.Optional(
      Type.Object(
        {
          content: Type.Optional(
            Type.Enum([...contentModes], { expects: '`off`, `keys`, `errors` or `all`' }),
          ),
          retention: Type.Optional(ContentRetention),
          max_bytes: Type.Optional(ContentSize),
        },
        { ...closed, expects: '{ content: errors, retention: 7d, max_bytes: 1MiB }' },
      ),
    ),
    server: Type.Optional(
      Type.Object(
        {
          public_url: Type.Optional(PublicUrl),
          heartbeat: Type.Optional(Duration),
          body_limit: Type.Optional(ByteSize),
          shutdown_grace: Type.Optional(Duration),
          slow_reader_timeout: Type.Optional(Duration),
          max_concurrent_requests: Type.Optional(
            Type.Integer({ minimum: 1, maximum: 1_000_000, expects: 'a whole number from 1 to 1000000' }),
          ),
          reasoning_alias: Type.Optional(Switch),
          strict_params: Type.Optional(Switch),
          quota_status: Type.Optional(
            Type.Union([Type.Literal(402), Type.Literal(429)], { expects: '402 or 429' }),
          ),
          time_zone: Type.Optional(TimeZone),
          idempotency: Type.Optional(
            Type.Union([Type.Literal('off'), Duration], {
              expects: '`off`, or how long answers are kept: up to 24h, such as 30m',
            }),
          ),
          idempotency_grace: Type.Optional(
            Type.Union([Type.Literal(0), Type.Literal('0s'), Duration], {
              expects: '`0`, or how long a request goes on without clients: up to 24h, such as 30s',
            }),
          ),
          metrics: Type.Optional(
            Type.Object({ public: Type.Optional(Switch) }, { ...closed, expects: '{ public: true }' }),
          ),
          trusted_proxies: Type.Optional(
            Type.Array(text('an address or a range of addresses, such as 10.0.0.0/8', isIpRange), {
              maxItems: 256,
              expects: 'a list of addresses or ranges: [ 10.0.0.0/8 ]',
            }),
          ),
          circuit_breaker: Type.Optional(
            Type.Union([Type.Literal('off'), CircuitBreaker], {
              expects: '`off` or { failures: 5, open: 5s }',
            }),
          ),
        },
        closed,
      ),
    ),
    limits: Type.Optional(
      Type.Array(Limit, {
        maxItems: 1000,
        expects: 'a list of limits: [ { scope: …, metric: cost, window: month, amount: 50 } ]',
      }),
    ),
  },
  closed,
);

export type TollgateYaml = Static<typeof TollgateYaml>;
export type ProviderEntry = Static<typeof Provider>;
export type ModelEntry = Static<typeof Model>;
export type LimitEntry = Static<typeof Limit>;
export type CapabilitiesEntry = Static<typeof OpenAICapabilities>;

/** What the leaves and containers above carry besides their type. */
export interface Annotations {
  /** Ends the sentence "`key` must be …". */
  readonly expects?: string;
  /** What the other keywords cannot say: asked last. */
  readonly accepts?: (value: never) => boolean;
  /** As `expects`, for the keys of a record. */
  readonly keyExpects?: string;
  readonly refusesKey?: RegExp;
  /** Keys that are known and refused, each with the sentence that says why. */
  readonly refusesKeys?: Readonly<Record<string, string>>;
  /** Values of the discriminator that are known and refused. */
  readonly refuses?: Readonly<Record<string, string>>;
  readonly discriminator?: string;
  /** The string names a provider of this configuration. */
  readonly names?: 'provider';
  readonly minItems?: number;
  readonly maxItems?: number;
}

export const annotationsOf = (schema: TSchema): Annotations => schema as Annotations;
