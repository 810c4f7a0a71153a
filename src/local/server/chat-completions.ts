// POST /v1/chat/completions of the embedded model. Nothing is sent before the first token is there, so everything
// that goes wrong until then has its own HTTP status; from then on failures are in-band.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock, IdSource } from '../../core/clock.ts';
import { type TollgateError, toTollgateError } from '../../core/errors.ts';
import { eventStreamHeaders } from '../../wire/sse/encode.ts';
import type { AnswerEvent } from '../chat/answer.ts';
import type { ChatModel } from '../chat/chat-model.ts';
import type { ChatPlan } from '../chat/plan.ts';
import { type AnswerIdentity, createJsonAnswer } from './answer-json.ts';
import { createStreamAnswer } from './answer-stream.ts';
import { readJsonBody } from './read-body.ts';
import { createChatRequestReader } from './read-request.ts';

export interface ChatCompletionsOptions {
  readonly chat: ChatModel;
  readonly clock: Clock;
  readonly newCompletionId: IdSource;
  readonly newCallId: IdSource;
  /** What to tell clients whose answer was ended from this side. */
  interruption(): TollgateError;
  /** For the operator: what went wrong in the middle of a stream. */
  onFailure(error: TollgateError): void;
}

export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export function createChatCompletions(options: ChatCompletionsOptions): Handler {
  const { chat, clock } = options;
  const readChatRequest = createChatRequestReader();

  return async function chatCompletions(request, response) {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    // Every write after the client left is an error event of its own.
    response.on('error', () => gone.abort());
    const plan = chat.plan(readChatRequest(await readJsonBody(request)));
    if (plan.dropped.length > 0) response.setHeader('x-tollgate-dropped-params', plan.dropped.join(', '));
    if (plan.capIsOurs) response.setHeader('x-tollgate-max-tokens', plan.maxTokens);
    const identity: AnswerIdentity = {
      id: options.newCompletionId(),
      created: Math.floor(clock.now() / 1000),
      model: plan.request.model,
      choices: plan.request.choices,
      logprobs: plan.request.topLogprobs !== undefined,
      legacyFunctions: plan.request.legacyFunctions,
      newCallId: options.newCallId,
    };
    await (plan.request.stream ? stream : whole)(plan, identity, response, gone.signal);
  };

  async function whole(
    plan: ChatPlan,
    identity: AnswerIdentity,
    response: ServerResponse,
    gone: AbortSignal,
  ): Promise<void> {
    const answer = createJsonAnswer(identity);
    const end = await chat.run(plan, gone, (choice, event) => answer.add(choice, event));
    if (end === undefined) {
      if (gone.aborted) return;
      throw options.interruption();
    }
    response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' });
    response.end(JSON.stringify(answer.complete(end)));
  }

  async function stream(
    plan: ChatPlan,
    identity: AnswerIdentity,
    response: ServerResponse,
    gone: AbortSignal,
  ): Promise<void> {
    const answer = createStreamAnswer(identity, plan.request.includeUsage);
    const begin = () => {
      if (response.headersSent) return;
      response.writeHead(200, eventStreamHeaders);
      response.write(answer.begin());
    };
    const send = (choice: number, event: AnswerEvent) => {
      if (gone.aborted) return;
      begin();
      response.write(answer.event(choice, event));
    };
    try {
      const end = await chat.run(plan, gone, send);
      if (end === undefined) {
        if (gone.aborted) return;
        throw options.interruption();
      }
      begin();
      response.end(answer.end(end));
    } catch (error) {
      if (!response.headersSent) throw error;
      const failure = toTollgateError(error);
      response.end(answer.fail(failure));
      if (failure.code === 'internal_error') options.onFailure(failure);
    }
  }
}
