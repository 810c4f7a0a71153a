// Renders a conversation with the template the model was trained on, as it lies in its file. Knows no tokens.
import { Template } from '@huggingface/jinja';
import { thinkTags } from './think-parser.ts';
import { callTags } from './tool-notation.ts';

export interface TemplateMessage {
  role: string;
  content: string;
  name?: string;
  tool_call_id?: string;
  tool_calls?: { id: string; type: 'function'; function: { name: string; arguments: unknown } }[];
}

export interface TemplateInput {
  readonly messages: readonly TemplateMessage[];
  readonly tools: readonly unknown[];
  readonly enableThinking: boolean;
}

export interface ChatTemplate {
  /** The model thinks on its own; `switchable`: the template can turn that off. */
  readonly thinking: 'none' | 'always' | 'switchable';
  /** It tells the model of tools, and to call them the way `tool-notation.ts` does. */
  readonly tools: boolean;
  /** The prompt up to where the answer begins. */
  render(input: TemplateInput): string;
}

export interface TemplateTokens {
  readonly bos: string;
  readonly eos: string;
}

/** What many small models are trained on, and the best guess for one that does not say. */
const chatMl =
  "{% for message in messages %}{{ '<|im_start|>' + message.role + '\n' + message.content + '<|im_end|>\n' }}{% endfor %}{{ '<|im_start|>assistant\n' }}";

/** `source` absent or broken: ChatML. */
export function createChatTemplate(source: string | undefined, tokens: TemplateTokens): ChatTemplate {
  const own = source === undefined ? undefined : compile(source, tokens);
  if (own === undefined || source === undefined) {
    return { thinking: 'none', tools: false, render: plainRenderer(chatMl, tokens) };
  }
  const thinking = source.includes('enable_thinking')
    ? 'switchable'
    : source.includes(thinkTags.open)
      ? 'always'
      : 'none';
  return { thinking, tools: knowsTools(source), render: own };
}

/** Some write calls between the same tags, but not as JSON: `<function=name>`. */
function knowsTools(source: string): boolean {
  return /\btools\b/.test(source) && source.includes(callTags.open) && !source.includes('<function=');
}

type Render = ChatTemplate['render'];

/** `undefined` if the template cannot be parsed, or not render the simplest conversation. */
function compile(source: string, tokens: TemplateTokens): Render | undefined {
  try {
    const render = plainRenderer(source, tokens);
    render({ messages: [{ role: 'user', content: 'Hello' }], tools: [], enableThinking: false });
    return (input) => {
      try {
        return render(input);
      } catch {
        // Some templates refuse system messages or two turns of one role; what they say must still be heard.
        return render({ ...input, messages: alternating(input.messages) });
      }
    };
  } catch {
    return undefined;
  }
}

function plainRenderer(source: string, tokens: TemplateTokens): Render {
  const template = new Template(source);
  return ({ messages, tools, enableThinking }) =>
    template.render({
      messages,
      // Templates ask for tools with `if tools`, some with `is not none`.
      tools: tools.length > 0 ? tools : null,
      add_generation_prompt: true,
      enable_thinking: enableThinking,
      bos_token: tokens.bos,
      eos_token: tokens.eos,
    });
}

/** System messages become part of the next user's turn, neighbours of one role become one turn. */
export function alternating(messages: readonly TemplateMessage[]): TemplateMessage[] {
  const turns: TemplateMessage[] = [];
  for (const message of messages) {
    const role = message.role === 'system' ? 'user' : message.role;
    const last = turns.at(-1);
    if (last?.role === role && role !== 'tool' && !last.tool_calls) {
      last.content = [last.content, message.content].filter((text) => text.length > 0).join('\n\n');
      if (message.tool_calls) last.tool_calls = message.tool_calls;
    } else turns.push({ ...message, role });
  }
  return turns;
}
