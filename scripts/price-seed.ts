// Makes the seed of prices from LiteLLM's public list (model_prices_and_context_window.json, MIT, kept by its community):
//   node scripts/price-seed.ts <file> --release <version> --date <YYYY-MM-DD>
// The amounts are copied digit by digit; what the list does not state is not in the seed. Then: `npm run fix`, the date into
// `seedDate` of src/config/seed.ts, and the old file away.
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { perMillion } from '../src/config/import-litellm/prices.ts';
import { parseUsd } from '../src/core/money.ts';
import { type PriceTerms, readTerms, termsProblem } from '../src/core/price-terms.ts';

type Entry = Readonly<Record<string, unknown>>;
type Rates = Record<string, string>;

/** Providers of the list -> those of the seed, and the prefix of their names in the list. */
const providers: Readonly<Record<string, readonly [string, string]>> = {
  openai: ['openai', ''],
  anthropic: ['anthropic', ''],
  gemini: ['gemini', 'gemini/'],
  deepseek: ['deepseek', 'deepseek/'],
  fireworks_ai: ['fireworks', 'fireworks_ai/'],
  groq: ['groq', 'groq/'],
  mistral: ['mistral', 'mistral/'],
  openrouter: ['openrouter', 'openrouter/'],
  together_ai: ['together', 'together_ai/'],
  xai: ['xai', 'xai/'],
};

const classes: readonly (readonly [string, string])[] = [
  ['input', 'input_cost_per_token'],
  ['cached_input', 'cache_read_input_token_cost'],
  ['cache_write', 'cache_creation_input_token_cost'],
  ['cache_write_1h', 'cache_creation_input_token_cost_above_1hr'],
  ['audio_input', 'input_cost_per_audio_token'],
  ['cached_audio_input', 'cache_read_input_audio_token_cost'],
  ['image_input', 'input_cost_per_image_token'],
  ['output', 'output_cost_per_token'],
  ['reasoning', 'output_cost_per_reasoning_token'],
  ['audio_output', 'output_cost_per_audio_token'],
  ['image_output', 'output_cost_per_image_token'],
];
/** Caches kept for longer than the usual have one class. */
const longer: Readonly<Record<string, string>> = {
  cache_creation_input_token_cost_above_1hr: 'cache_creation_input_token_cost_above_12hr',
};
const services = { flex: '_flex', priority: '_priority', batch: '_batches' } as const;
const tierMark = /_above_(\d+)k_tokens(?=_|$)/;

/** `undefined` when the list states no price for input and output. */
function termsOf(entry: Entry): PriceTerms | undefined {
  const base = tieredOf(entry, '');
  if (!base) return undefined;
  const others = Object.entries(services).flatMap(([name, suffix]) => {
    const rates = serviceOf(entry, suffix);
    return rates && JSON.stringify(rates) !== JSON.stringify(base) ? [[name, rates] as const] : [];
  });
  const terms = { ...base, ...(others.length === 0 ? {} : { services: Object.fromEntries(others) }) };
  return terms as unknown as PriceTerms;
}

/** Where a cheaper service states no price of its own for a class or a tier, it costs what it usually costs. */
function serviceOf(entry: Entry, suffix: string): object | undefined {
  if (suffix === services.priority) return tieredOf(entry, suffix);
  const stated = tieredOf(entry, suffix);
  const usual = tieredOf(entry, '');
  if (!stated || !usual) return undefined;
  const tiers = stated.tiers ?? usual.tiers;
  return { ...usual, ...stated, ...(tiers === undefined ? {} : { tiers }) };
}

function tieredOf(entry: Entry, suffix: string): ({ tiers?: object } & Rates) | undefined {
  const base = ratesOf(entry, '', suffix);
  if (base.input === undefined || base.output === undefined) return undefined;
  const starts = new Set(
    Object.keys(entry)
      .flatMap((key) => tierMark.exec(key)?.[1] ?? [])
      .map(Number),
  );
  const tiers = [...starts]
    .sort((a, b) => a - b)
    .flatMap((thousands) => {
      const rates = ratesOf(entry, `_above_${thousands}k_tokens`, suffix);
      if (rates.input === undefined && rates.output === undefined) return [];
      // A class the list has no tier for costs what it costs below.
      return [{ above: thousands * 1000, ...base, ...rates }];
    });
  return { ...base, ...(tiers.length === 0 ? {} : { tiers }) } as { tiers?: object } & Rates;
}

function ratesOf(entry: Entry, tier: string, suffix: string): Rates {
  return Object.fromEntries(
    classes.flatMap(([name, key]) => {
      const price = perMillion(
        entry[`${key}${tier}${suffix}`] ?? entry[`${longer[key] ?? key}${tier}${suffix}`],
      );
      return price === undefined || parseUsd(price) === undefined ? [] : [[name, price]];
    }),
  );
}

function isChat({ mode }: Entry): boolean {
  return mode === 'chat' || mode === 'responses';
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { release: { type: 'string' }, date: { type: 'string' } },
});
const [file] = positionals;
const { release, date } = values;
if (!file || !release || !/^\d{4}-\d\d-\d\d$/.test(date ?? '')) {
  process.stderr.write('Usage: node scripts/price-seed.ts <file> --release <version> --date <YYYY-MM-DD>\n');
  process.exit(2);
}

const list = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Entry>;
const found: Record<string, Record<string, PriceTerms>> = {};
for (const [name, entry] of Object.entries(list)) {
  const [provider, prefix] = providers[String(entry.litellm_provider)] ?? [];
  if (provider === undefined || prefix === undefined || !isChat(entry)) continue;
  if (prefix !== '' && !name.startsWith(prefix)) continue;
  const terms = termsOf(entry);
  if (!terms) continue;
  const problem = termsProblem(terms);
  if (problem) throw new Error(`${name}: ${problem}`);
  readTerms(terms, name);
  found[provider] ??= {};
  found[provider][name.slice(prefix.length)] = terms;
}

const lines = Object.entries(found)
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([provider, models]) => {
    const rows = Object.entries(models).sort(([a], [b]) => (a < b ? -1 : 1));
    return `    ${JSON.stringify(provider)}: {\n${rows.map(([model, terms]) => `      ${JSON.stringify(model)}: ${JSON.stringify(terms)}`).join(',\n')}\n    }`;
  });
const head = {
  date,
  source: `BerriAI/litellm ${release}, model_prices_and_context_window.json`,
  license: 'MIT, Copyright (c) 2023 Berri AI',
  unit: 'USD per million tokens',
};
const text = `{\n  ${JSON.stringify(head).slice(1, -1).replaceAll('","', '",\n  "').replaceAll('":"', '": "')},\n  "providers": {\n${lines.join(',\n')}\n  }\n}\n`;
writeFileSync(new URL(`../src/config/prices/seed-${date}.json`, import.meta.url), text);
process.stdout.write(`${Object.values(found).flatMap((models) => Object.keys(models)).length} models\n`);
