// Kinds of providers by the names people know them by, and how one is doing, in words.
import type { Provider } from '../../api/contract.ts';
import type { TargetWords } from '../../ui/routing/target-state.tsx';
import { worstOf } from '../../ui/routing/target-state.tsx';

const types: Readonly<Record<string, string>> = {
  openai: 'OpenAI',
  'openai-compatible': 'OpenAI-compatible',
  anthropic: 'Anthropic',
  gemini: 'Google Gemini',
  bedrock: 'Amazon Bedrock',
  'azure-openai': 'Azure OpenAI',
  local: 'Embedded model',
};

export const typeWords = ({ type, preset }: Pick<Provider, 'type' | 'preset'>) =>
  preset ? `${types[type] ?? type} (${preset})` : (types[type] ?? type);

export function stateOf(provider: Provider): TargetWords {
  if (provider.source === 'admin' && provider.problem !== null) {
    return { tone: 'bad', words: 'Not in use', detail: provider.problem };
  }
  if (provider.unavailable !== null) {
    return { tone: 'bad', words: 'Unavailable', detail: provider.unavailable };
  }
  if (provider.models.length === 0) {
    return { tone: 'neutral', words: 'No model routes to it', detail: 'Add a model whose route names it.' };
  }
  return worstOf(provider.targets) ?? { tone: 'neutral', words: 'Not used yet', detail: '' };
}

/** Fastest and slowest first token of its targets lately, in ms. */
export function latencyOf({ targets }: Provider): number | null {
  const known = targets.flatMap(({ latency_ms: ms }) => (ms === null ? [] : [ms]));
  return known.length === 0 ? null : Math.max(...known);
}

/** Names of members of a provider, for conflicts and errors. */
export const addressOf = ({ base_url: url, region }: Pick<Provider, 'base_url' | 'region'>) =>
  url ?? region ?? '';
