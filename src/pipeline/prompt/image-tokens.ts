// The most tokens an image can count as, by the upstream's model, its size and its `detail`. Facts of 2026-11-22 from the
// vision pages of OpenAI, Anthropic and Google, and for open models from their published preprocessors (Qwen2.5-VL, Pixtral,
// InternVL, LLaVA-NeXT). Where a page leaves a doubt, the dearer reading.
import type { ImageSize } from './image-size.ts';

export type ImageDetail = 'auto' | 'low' | 'high' | 'original';

/** Most tokens of one image; of any image without a size. */
type ImageRule = (size: ImageSize | undefined, detail: ImageDetail) => number;

const rules: readonly (readonly [RegExp, ImageRule])[] = [
  [/^gpt-4o-mini/, tiles(2_833, 5_667)],
  [/^gpt-(?:4\.1|5(?:\.\d+)?)-nano/, patches(() => 1_536, 2.46)],
  [/^gpt-(?:4\.1|5(?:\.\d+)?)-mini/, patches(() => 1_536, 1.62)],
  [/^o4-mini/, patches(() => 1_536, 1.72)],
  [/^o[13](?:-|$)/, tiles(75, 150)],
  [/^(?:gpt-4o|gpt-4\.[15]|gpt-4-|chatgpt-4o)/, tiles(85, 170)],
  [
    /^gpt-5(?:\.1)?(?!\.?\d)/,
    largest(
      tiles(70, 140),
      patches(() => 1_536, 1),
    ),
  ],
  [/^gpt-5/, patches((detail) => (detail === 'high' ? 2_500 : detail === 'low' ? 1_536 : 10_000), 1.2)],
  // Up to 4.6; the long edge goes to 1,568 pixels there and to 2,576 behind it.
  [/claude-(?:instant|[23]|(?:opus|sonnet|haiku)-4(?:[-.][0-6])?(?![-.]?\d(?:\D|$)))/, blocks(28, 1_568)],
  [/claude/, blocks(28, 4_784)],
  [/gemini-(?:1|2)\b/, crops],
  [/gemini/, largest(crops, () => 1_120)],
];

/** Of what is neither of the above: any model that OpenAI-compatible servers and resellers offer. */
const anyRule = largest(
  tiles(85, 170),
  blocks(28, 16_384),
  (size) => (size ? blocks(16, 4_160)(within(size, 1_024), 'auto') : 4_160),
  crops,
  () => 3_328,
);

export function imageTokens(upstreamModel: string, size: ImageSize | undefined, detail: ImageDetail): number {
  const name = upstreamModel.toLowerCase().replace(/^(?:openai|azure)\//, '');
  const rule = rules.find(([pattern]) => pattern.test(name))?.[1] ?? anyRule;
  return rule(size, detail);
}

function largest(...candidates: readonly ImageRule[]): ImageRule {
  return (size, detail) => Math.max(...candidates.map((rule) => rule(size, detail)));
}

/** OpenAI: within 2,048 pixels, then the short side within 768, then squares of 512. */
function tiles(base: number, perTile: number): ImageRule {
  return (size, detail) => {
    if (detail === 'low') return base;
    if (!size) return base + 8 * perTile;
    const { width, height } = within(size, 2_048);
    const scale = Math.min(1, 768 / Math.min(width, height));
    return base + perTile * Math.ceil((width * scale) / 512) * Math.ceil((height * scale) / 512);
  };
}

/** OpenAI's newer models: squares of 32 pixels, no more than a budget of them, times what one counts. */
function patches(budgetOf: (detail: ImageDetail) => number, multiplier: number): ImageRule {
  return (size, detail) => Math.ceil(blocks(32, budgetOf(detail))(size, detail) * multiplier);
}

/** A token for each square, no more than `most`: what is larger is scaled down. */
function blocks(edge: number, most: number): ImageRule {
  return (size) =>
    size ? Math.min(Math.ceil(size.width / edge) * Math.ceil(size.height / edge), most) : most;
}

/** Google: 258 tokens for each crop of an image within 3,072 pixels, whose edge follows the short side. */
function crops(size: ImageSize | undefined): number {
  if (!size) return 24 * 258;
  const { width, height } = within(size, 3_072);
  if (width <= 384 && height <= 384) return 258;
  const edge = Math.min(768, Math.max(256, Math.floor(Math.min(width, height) / 1.5)));
  return Math.ceil(width / edge) * Math.ceil(height / edge) * 258;
}

/** Scaled down so that no side is longer than `longest`. */
function within({ width, height }: ImageSize, longest: number): ImageSize {
  const scale = Math.min(1, longest / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}
