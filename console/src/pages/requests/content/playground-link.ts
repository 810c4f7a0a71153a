// What was said as a session of the playground, in the form of the playground's own links: instructions, turns and the parameters
// that it knows. Images were not kept, and tools with their answers stay behind.
import { linkMark, type Shared } from '../../../ui/playground-link/form.ts';
import { pack } from '../../../ui/playground-link/pack.ts';
import { emptySetup, type Parameters } from '../../../ui/playground-link/setup.ts';
import type { Message } from './conversation.ts';

interface Said {
  readonly model: string;
  readonly request: Readonly<Record<string, unknown>>;
  readonly prompt: readonly Message[];
  readonly answer: readonly Message[];
}

/** What follows `/playground#`. */
export async function playgroundHash(said: Said): Promise<string> {
  return `${linkMark.slice(1)}${await pack(sharedOf(said))}`;
}

function sharedOf({ model, request, prompt, answer }: Said): Shared {
  const isSystem = ({ role }: Message) => role === 'system' || role === 'developer';
  const turns = [...prompt, ...answer.slice(0, 1)].flatMap((message): Shared['turns'] => {
    if (message.role === 'user') return [{ role: 'user', text: message.text }];
    if (message.role === 'assistant') return [{ role: 'assistant', model, text: message.text }];
    return [];
  });
  const system = prompt
    .filter(isSystem)
    .map(({ text }) => text)
    .join('\n\n');
  return {
    v: 1,
    models: [model],
    setup: { ...emptySetup, system, parameters: parametersOf(request) },
    turns,
  };
}

const numbers = [
  'temperature',
  'top_p',
  'max_completion_tokens',
  'frequency_penalty',
  'presence_penalty',
  'seed',
] as const;

function parametersOf(request: Said['request']): Parameters {
  const given: Readonly<Record<string, unknown>> = {
    ...request,
    max_completion_tokens: request.max_completion_tokens ?? request.max_tokens,
  };
  return Object.fromEntries(
    numbers.flatMap((name) => (typeof given[name] === 'number' ? [[name, given[name]]] : [])),
  );
}
