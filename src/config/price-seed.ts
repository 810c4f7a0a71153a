// The prices that come with the gateway, for models whose price nobody set: by where the upstream is and the model's name
// there. Data with its date in prices/, made by scripts/price-seed.ts; read only when a model needs it.
import { readFileSync } from 'node:fs';
import type { PriceTerms } from '../core/price-terms.ts';
import { presets } from './presets.ts';
import { dialectPresets, providerPresets, seedDate } from './seed.ts';

interface SeedFile {
  readonly date: string;
  readonly providers: Readonly<Record<string, Readonly<Record<string, PriceTerms>>>>;
}

export interface PriceSeed {
  /** Names the seed in versions: `seed-2026-11-22`. */
  readonly name: string;
  /** The list price of `model` at the provider with this base URL; `undefined` if the seed does not know it. */
  terms(baseUrl: string, model: string): PriceTerms | undefined;
}

/** A gateway or a proxy at another address has prices of its own, so the address decides and not the type. */
const providersByUrl: Readonly<Record<string, string>> = {
  [providerPresets.openai.baseUrl]: 'openai',
  [dialectPresets.anthropic.baseUrl]: 'anthropic',
  [dialectPresets.gemini.baseUrl]: 'gemini',
  ...Object.fromEntries(
    (['deepseek', 'fireworks', 'groq', 'mistral', 'openrouter', 'together', 'xai'] as const).map((name) => [
      presets[name].baseUrl,
      name,
    ]),
  ),
};

export function createPriceSeed(): PriceSeed {
  let file: SeedFile | undefined;
  const models = (provider: string) => {
    file ??= readSeed();
    return file.providers[provider] ?? {};
  };
  return {
    name: `seed-${seedDate}`,
    terms(baseUrl, model) {
      const provider = Object.hasOwn(providersByUrl, baseUrl) ? providersByUrl[baseUrl] : undefined;
      if (provider === undefined) return undefined;
      const known = models(provider);
      const name = provider === 'openai' ? baseOfFineTuned(model) : model;
      return Object.hasOwn(known, name) ? known[name] : undefined;
    },
  };
}

/** `ft:gpt-4.1-2025-04-14:org::id` costs what the list says of `ft:gpt-4.1-2025-04-14`. */
function baseOfFineTuned(model: string): string {
  return model.startsWith('ft:') ? model.split(':', 2).join(':') : model;
}

function readSeed(): SeedFile {
  return JSON.parse(readFileSync(new URL(`./prices/seed-${seedDate}.json`, import.meta.url), 'utf8'));
}
