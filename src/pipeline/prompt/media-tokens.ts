// The most tokens the sounds and files of a prompt can count as, from their bytes. Facts of 2026-11-22: OpenAI counts 10
// tokens a second of sound, Google 32, the open models between; PDFs go in as text and picture of each page.

/** Tokens a second of sound, by the models that say less than the most. */
const soundRates: readonly (readonly [RegExp, number])[] = [[/^(?:(?:openai|azure)\/)?gpt-/, 10]];
const mostTokensPerSecond = 32;

/** Bytes a second of the slowest sound: telephone quality for WAV, the lowest bit rates for MP3 (ISO 11172-3, 13818-3). */
const slowestWav = 8_000;
const slowestMp3 = { version1: 4_000, later: 1_000 } as const;

/** `data`: base64. */
export function soundTokens(upstreamModel: string, data: string, format: string): number {
  const rate =
    soundRates.find(([pattern]) => pattern.test(upstreamModel.toLowerCase()))?.[1] ?? mostTokensPerSecond;
  const bytesPerSecond = format === 'wav' ? wavRate(data) : mp3Rate(data);
  return Math.ceil((decodedBytes(data) / bytesPerSecond) * rate) + 1;
}

/** From the header, but never faster than its own sample rate allows: a player goes by that. */
function wavRate(data: string): number {
  const head = Buffer.from(data.slice(0, 64), 'base64');
  if (head.length < 36 || head.toString('latin1', 0, 4) !== 'RIFF') return slowestWav;
  const said = head.readUInt32LE(28);
  const played = head.readUInt32LE(24) * head.readUInt16LE(32);
  return Math.max(Math.min(said, played), slowestWav / 8);
}

/** Bit rates change from frame to frame, the version does not. A tag before the first frame hides it. */
function mp3Rate(data: string): number {
  const head = Buffer.from(data.slice(0, 8), 'base64');
  const isFrame = head.length >= 2 && head[0] === 0xff && ((head[1] as number) & 0xe0) === 0xe0;
  const isVersion1 = isFrame && ((head[1] as number) & 0x18) === 0x18;
  return isVersion1 ? slowestMp3.version1 : slowestMp3.later;
}

/** Pages that providers take in one request, and what one can count as: 3,000 of text, 1,600 of picture (Anthropic). */
const mostPages = 100;
const tokensPerPage = 4_600;
/** Of a file that only the provider has. */
export const unseenFileTokens = mostPages * tokensPerPage;
/** The least a file counts as: a page, whatever is on it. */
const leastFile = tokensPerPage;

/** `data`: base64, or a data URL. A text file has at most a token for each byte, and so have packed pages, nearly. */
export function fileTokens(data: string): number {
  const bytes = decodedBytes(data) - (data.startsWith('data:') ? data.indexOf(',') * 0.75 : 0);
  const isPdf = data.startsWith('data:application/pdf') || data.startsWith('JVBERi');
  if (!isPdf) return Math.ceil(bytes);
  return Math.min(Math.ceil(bytes) + leastFile, unseenFileTokens);
}

function decodedBytes(base64: string): number {
  return Math.ceil((base64.length * 3) / 4);
}
