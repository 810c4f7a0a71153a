// The endpoints as OpenAPI operations. What they take and give stands in schemas.ts; what can go wrong, in errors.ts.
import { ChatCompletionChunkSchema, ChatCompletionSchema } from '../../../wire/openai/chat-answer-schema.ts';
import { ChatRequestSchema } from '../../../wire/openai/chat-request.ts';
import type { JsonSchema, SchemaWriter } from './clean-schema.ts';
import { chatErrors, type ErrorStatus, exampleBodies, modelErrors, modelListErrors } from './errors.ts';
import { answerExamples, chunkExamples, modelExample, requestExamples } from './examples.ts';
import {
  type HeaderName,
  headerReferences,
  headersOfAnswer,
  headersOfError,
  headersOfPlainAnswer,
} from './headers.ts';
import { ErrorSchema, HealthSchema, ModelListSchema, ModelSchema, ReadinessSchema } from './schemas.ts';

const statusTexts: Readonly<Record<number, string>> = {
  400: 'The request is wrong; `param` names the field.',
  401: 'No key, or a wrong one.',
  402: 'The budget is exhausted, where the operator set `server.quota_status: 402`.',
  403: 'The key may not do this.',
  404: 'The model does not exist, or the key may not use it.',
  409: 'The request with this `Idempotency-Key` has no answer: the `code` says whether there will be one.',
  413: 'The body is too large.',
  415: 'The body is not plain JSON.',
  422: 'The `Idempotency-Key` belongs to another request.',
  429: 'Too much for now, or for good: the `code` says which.',
  500: 'A bug of the gateway.',
  502: 'The model provider failed.',
  503: 'Nothing can serve the request right now.',
  504: 'The model provider was too slow.',
};

export function createPaths({ write }: SchemaWriter) {
  const schema = (source: object): JsonSchema => write(source as JsonSchema);
  const json = (source: object, examples: object) => ({
    'application/json': { schema: schema(source), ...examples },
  });
  const answer = (description: string, content: object, names: readonly HeaderName[]) => ({
    description,
    headers: headerReferences(names),
    content,
  });
  const failures = (groups: readonly ErrorStatus[]) =>
    Object.fromEntries(
      groups.map((group) => [
        String(group.status),
        answer(
          statusTexts[group.status] ?? 'The request failed.',
          json(ErrorSchema, { examples: exampleBodies(group) }),
          headersOfError(group.status),
        ),
      ]),
    );
  const open = { security: [] };

  return {
    '/v1/chat/completions': {
      post: {
        tags: ['Chat'],
        operationId: 'createChatCompletion',
        summary: 'Create a chat completion',
        description:
          'Has a model answer a conversation: at once as one JSON object, or piece by piece with `stream: true`.\n\n`null` counts as absent for every optional field. Fields that are not listed go to the provider as they are where it speaks this dialect; `x-tollgate-dropped-params` names what was left out.',
        parameters: [
          {
            name: 'Idempotency-Key',
            in: 'header',
            required: false,
            description:
              'A text of your own, such as a UUID, that stands for this one request. Sent again with the same body within 24 hours it gets the same answer: nothing is run or charged a second time, and a stream that is still running is joined from its start, also when its client lost the connection a moment ago. With another body it is refused.',
            schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[!-~]+$' },
            example: '3f1d4b8e-6a54-4c7e-9a77-0d2f6f5b1c02',
          },
        ],
        requestBody: {
          required: true,
          content: json(ChatRequestSchema, { examples: requestExamples }),
        },
        responses: {
          200: answer(
            'The answer. With `stream: true` it is a series of server-sent events: each is `data: ` with one chunk in JSON, and the last is `data: [DONE]`. Lines that begin with `:` keep the connection alive and mean nothing. What fails in mid-stream is one `data: {"error": …}`, and no `[DONE]` follows.',
            {
              ...json(ChatCompletionSchema, { examples: answerExamples }),
              'text/event-stream': { schema: schema(ChatCompletionChunkSchema), examples: chunkExamples },
            },
            headersOfAnswer,
          ),
          ...failures(chatErrors),
        },
      },
    },
    '/v1/models': {
      get: {
        tags: ['Models'],
        operationId: 'listModels',
        summary: 'List models',
        description: 'The models this key may use.',
        responses: {
          200: answer(
            'The models.',
            json(ModelListSchema, { example: { object: 'list', data: [modelExample] } }),
            headersOfPlainAnswer,
          ),
          ...failures(modelListErrors),
        },
      },
    },
    '/v1/models/{id}': {
      get: {
        tags: ['Models'],
        operationId: 'retrieveModel',
        summary: 'Retrieve a model',
        description: 'One model, if this key may use it.',
        parameters: [
          {
            name: 'id',
            in: 'path',
            required: true,
            description: 'Name of the model. Slashes in it may stand as they are.',
            schema: { type: 'string', minLength: 1 },
            example: 'gpt-5.1',
          },
        ],
        responses: {
          200: answer('The model.', json(ModelSchema, { example: modelExample }), headersOfPlainAnswer),
          ...failures(modelErrors),
        },
      },
    },
    '/health': {
      get: {
        ...open,
        tags: ['State'],
        operationId: 'getHealth',
        summary: 'Is the process up?',
        description: 'Answers as long as the process runs. For restarts by a supervisor.',
        responses: {
          200: answer(
            'It is up.',
            json(HealthSchema, { example: { status: 'ok', version: '0.1.0', uptime_seconds: 3600 } }),
            headersOfPlainAnswer,
          ),
        },
      },
    },
    '/ready': {
      get: {
        ...open,
        tags: ['State'],
        operationId: 'getReadiness',
        summary: 'Can it serve requests?',
        description:
          'Tells whether requests can be answered, and if not, what is missing. For load balancers.',
        responses: {
          200: answer(
            'It can.',
            json(ReadinessSchema, { example: readiness('ready') }),
            headersOfPlainAnswer,
          ),
          503: answer(
            'It cannot right now.',
            json(ReadinessSchema, { example: readiness('not_ready') }),
            headersOfPlainAnswer,
          ),
        },
      },
    },
  };
}

function readiness(status: 'ready' | 'not_ready') {
  const engine =
    status === 'ready'
      ? { ok: true, state: 'ready', detail: 'The embedded model is ready.', model: 'Qwen3-0.6B-Q8_0' }
      : { ok: false, state: 'downloading', detail: 'The model is being downloaded.', progress: 0.4 };
  return { status, checks: { store: { ok: true }, engine, config: { ok: true, generation: 1 } } };
}
