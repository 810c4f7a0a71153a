// Makes the tokens a model is given for a conversation. The tokenizer sees whole rendered turns, so one turn's prompt
// is a beginning of the next turn's and its evaluation can be reused.
import type { NativeModel } from '../engine/native-interface.ts';
import { tokenAttribute } from '../engine/token-text.ts';
import { type ChatTemplate, createChatTemplate, type TemplateMessage } from './chat-template.ts';
import { contextExceeded, refuseFarTooLong } from './context-limit.ts';
import { withInstructions } from './instructions.ts';
import type { Profile } from './profile.ts';
import type { HistoryMessage, LocalChatRequest } from './request.ts';
import { createSpecialTextGuard, createSpellingPattern } from './special-text.ts';
import { createThinkParser, thinkTags } from './think-parser.ts';
import { describedTool, writtenCall, writtenResult } from './tool-notation.ts';

/** How the thinking of an answer shows in its tokens. */
export type Thinking =
  /** It does not think. */
  | { readonly kind: 'none' }
  /** It writes `<think>…</think>` first; `close` ends that before its time, `gap` stands between that and an answer. */
  | {
      readonly kind: 'native';
      readonly startInside: boolean;
      readonly close: Uint32Array;
      readonly gap: Uint32Array;
    }
  /** It was asked to reason in a turn of its own; `turn` ends that and asks for the answer. */
  | { readonly kind: 'prompted'; readonly turn: Uint32Array };

export interface Prompt {
  readonly tokens: Uint32Array;
  /** How many of them are the answer as far as it is there already. */
  readonly begun: number;
  readonly thinking: Thinking;
}

/** `mustCall` and `format` hold for the answer: a model that thinks on its own is then made to begin with that. */
export type PromptedRequest = Pick<LocalChatRequest, 'messages' | 'tools' | 'mustCall' | 'format'> &
  Partial<Pick<LocalChatRequest, 'goesOn'>>;

export interface Prompter {
  readonly template: ChatTemplate;
  /** Throws TollgateError `context_length_exceeded` if not one token of an answer would fit behind it. */
  prompt(request: PromptedRequest, profile: Profile): Prompt;
}

/** Of several wordings the ones that a model of 135 million parameters follows best. */
const reasonFirst = "Let's think step by step.";
const answerNow = 'Now answer my question.';

/** `contextSize`: tokens of prompt and answer together. */
export function createPrompter(model: NativeModel, contextSize: number): Prompter {
  const template = createChatTemplate(model.metadata.chatTemplate, {
    bos: model.bos?.text ?? '',
    eos: model.eosText ?? '',
  });
  const spellings = createSpellingPattern(specialSpellings(model));

  return {
    template,
    prompt(asked, profile) {
      const { request, begun } = withoutBeginning(asked);
      // No template takes fewer than three tokens for a message.
      if (request.messages.length > contextSize)
        throw contextExceeded(contextSize, 3 * request.messages.length);
      const thinks = profile.thinkingBudget > 0;
      const tools = template.tools ? request.tools : [];
      const prompted = thinks && template.thinking === 'none';
      const messages = templateMessages(request, profile, template.tools);
      if (prompted) messages.push({ role: 'user', content: reasonFirst });
      const guard = createSpecialTextGuard(spellings, [messages, tools, begun]);
      const given = {
        messages: joinUserTurns(guard.guard(messages)),
        tools: guard.guard(tools.map(describedTool)),
        enableThinking: thinks && !prompted,
      };
      const tokenize = (rendered: string) =>
        join(guard.pieces(rendered).map((piece) => model.tokenize(piece, true)));
      const free = withThinking(template.render(given), template.thinking, thinks);
      const opened = thinks && !prompted && (request.mustCall || request.format !== undefined);
      const rendered = opened ? withOpenThinking(free) : free;
      refuseFarTooLong(rendered + begun, contextSize, (sample) => model.tokenize(sample, false).length);
      // The beginning by itself: the model wrote it behind the prompt, so no token spans the two.
      const answer = tokenize(guard.guard(begun));
      const tokens = join([withBos(tokenize(rendered), model), answer]);
      if (tokens.length >= contextSize) throw contextExceeded(contextSize, tokens.length);
      if (prompted) {
        const turn = tokenize(nextTurn(template, given));
        return { tokens, begun: 0, thinking: { kind: 'prompted', turn } };
      }
      if (!thinks) return { tokens, begun: answer.length, thinking: { kind: 'none' } };
      const startInside = rendered.trimEnd().endsWith(thinkTags.open);
      const close = tokenize(`\n${thinkTags.close}\n\n`);
      return { tokens, begun: 0, thinking: { kind: 'native', startInside, close, gap: tokenize('\n\n') } };
    },
  };
}

/** The conversation, and what there is of its answer already. */
function withoutBeginning(request: PromptedRequest): { request: PromptedRequest; begun: string } {
  const last = request.goesOn ? request.messages.at(-1) : undefined;
  if (last?.role !== 'assistant') return { request, begun: '' };
  return { request: { ...request, messages: request.messages.slice(0, -1) }, begun: last.content };
}

/** Everything the tokenizer would take for more than its letters. */
function* specialSpellings(model: NativeModel): Generator<string> {
  const special = tokenAttribute.control | tokenAttribute.userDefined | tokenAttribute.unknown;
  for (let token = 0; token < model.vocabularySize; token++) {
    if (model.tokenAttributes(token) & special) yield model.tokenString(token);
  }
}

/** A template without a switch is told by the words it knows: thinking that is already over. */
function withThinking(rendered: string, kind: ChatTemplate['thinking'], thinks: boolean): string {
  if (kind !== 'always' || thinks) return rendered;
  const inside = rendered.trimEnd().endsWith(thinkTags.open);
  return `${rendered}${inside ? '' : thinkTags.open}\n\n${thinkTags.close}\n\n`;
}

function withOpenThinking(rendered: string): string {
  return rendered.trimEnd().endsWith(thinkTags.open) ? rendered : `${rendered}${thinkTags.open}\n`;
}

function templateMessages(
  request: PromptedRequest,
  profile: Profile,
  knowsTools: boolean,
): TemplateMessage[] {
  const written = request.messages
    .map(withoutThinking)
    .map((message, index, { length }) =>
      knowsTools ? withToolCalls(message) : withoutToolRole(message, index === length - 1),
    );
  const messages: TemplateMessage[] =
    profile.systemPrompt === undefined
      ? written
      : [{ role: 'system', content: profile.systemPrompt }, ...written];
  return withInstructions(messages, request, knowsTools);
}

/** Clients that got the thinking as text send it back; models are trained not to see it again. */
function withoutThinking(message: HistoryMessage): HistoryMessage {
  if (message.role !== 'assistant') return message;
  const parser = createThinkParser(false);
  const pieces = [...parser.push(message.content), ...parser.flush()];
  return { ...message, content: pieces.map(({ kind, text }) => (kind === 'content' ? text : '')).join('') };
}

function withToolCalls(message: HistoryMessage): TemplateMessage {
  return {
    role: message.role,
    content: message.content,
    ...(message.name !== undefined && { name: message.name }),
    ...(message.toolCallId !== undefined && { tool_call_id: message.toolCallId }),
    ...(message.toolCalls && {
      tool_calls: message.toolCalls.map((call) => ({
        id: call.id,
        type: 'function' as const,
        function: { name: call.name, arguments: parsed(call.arguments) },
      })),
    }),
  };
}

/** In a template without tools the calls are text of the assistant, and their results text of the user. */
function withoutToolRole(message: HistoryMessage, last: boolean): TemplateMessage {
  if (message.role === 'tool') return { role: 'user', content: writtenResult(message.content, last) };
  const calls = (message.toolCalls ?? []).map((call) => writtenCall(call.name, call.arguments));
  return {
    role: message.role,
    content: [message.content, ...calls].filter((text) => text !== '').join('\n'),
  };
}

/** The request to reason first belongs to the question before it. */
function joinUserTurns(messages: readonly TemplateMessage[]): TemplateMessage[] {
  const last = messages.at(-1);
  const before = messages.at(-2);
  if (last?.content !== reasonFirst || before?.role !== 'user') return [...messages];
  return [...messages.slice(0, -2), { ...before, content: `${before.content}\n\n${reasonFirst}` }];
}

/** What the template writes between an assistant's turn and the answer to the next question. */
function nextTurn(template: ChatTemplate, given: Parameters<ChatTemplate['render']>[0]): string {
  const place = '\u{FDD0}reasoning\u{FDD0}';
  const rendered = template.render({
    ...given,
    messages: [
      ...given.messages,
      { role: 'assistant', content: place },
      { role: 'user', content: answerNow },
    ],
  });
  return rendered.slice(rendered.lastIndexOf(place) + place.length);
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}

function withBos(tokens: Uint32Array, model: NativeModel): Uint32Array {
  if (!model.bos?.prepend || tokens[0] === model.bos.token) return tokens;
  return join([Uint32Array.of(model.bos.token), tokens]);
}

function join(parts: readonly Uint32Array[]): Uint32Array {
  const whole = new Uint32Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
