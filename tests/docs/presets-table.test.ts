// docs/providers.md tells of every preset what differs from a plain OpenAI-compatible server: as the data says it.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type Preset, presetNames, presets } from '../../src/config/presets.ts';
import { compatibleCapabilities } from '../../src/config/seed.ts';

const page = readFileSync(new URL('../../docs/providers.md', import.meta.url), 'utf8');

/** The row of a preset as the page has to have it. */
function rowOf(name: string, { capabilities: stated }: Preset): string {
  const all = { ...compatibleCapabilities, ...stated };
  const { images, imageUrls, audio, files, logprobs, choices, reasoningField, dropParamsWhileReasoning } =
    stated;
  const refused = [
    ...(images === false ? ['images'] : imageUrls === false ? ['images by address'] : []),
    ...(audio === false ? ['audio'] : []),
    ...(files === false ? ['files'] : []),
    ...(logprobs === false ? ['`logprobs`'] : []),
    ...(choices === false ? ['`n` above 1'] : []),
  ];
  const back =
    reasoningField === 'none' ? 'not at all' : reasoningField ? `\`${reasoningField}\`` : 'as it came';
  const cells = [
    `\`${name}\``,
    `\`${all.maxTokensField}\``,
    all.developerRole ? '`developer`' : '`system`',
    back,
    refused.join(', '),
    dropParamsWhileReasoning?.map((field) => `\`${field}\``).join(', ') ?? '',
    stated.prefill ? `\`${stated.prefill}\`` : 'in words',
  ];
  return ['|', ...cells.map((cell) => (cell === '' ? '|' : `${cell} |`))].join(' ');
}

test.each(presetNames)('%s', (name) => {
  const row = page.split('\n').find((line) => line.startsWith(`| \`${name}\` | \`max`));
  expect(row).toBe(rowOf(name, presets[name]));
});
