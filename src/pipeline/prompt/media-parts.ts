// The images, sounds and files of a request: what they can count as, and how many characters of the body they are, which
// are no text to any model.
import type { ChatRequest } from '../../wire/openai/chat-request.ts';
import { type ImageSize, imageSizeOf } from './image-size.ts';
import { type ImageDetail, imageTokens } from './image-tokens.ts';
import { fileTokens, soundTokens, unseenFileTokens } from './media-tokens.ts';

const mediaTypes = ['image_url', 'input_audio', 'file'] as const satisfies readonly Part['type'][];

export function isMedia(type: unknown): type is MediaKind {
  return (mediaTypes as readonly unknown[]).includes(type);
}

export interface MediaPart {
  /** Characters of the request that are its data. */
  readonly length: number;
  /** The most tokens it can count as at this model. */
  readonly tokens: (upstreamModel: string) => number;
  /** What it likely counts as, for a bill that has no better number; 0 where there is no telling. */
  readonly likely: (upstreamModel: string) => number;
}

type Content = ChatRequest['messages'][number]['content'];
type Part = Exclude<Content, string | null | undefined>[number];

/** None for text alone, without looking at it. */
export function mediaPartsOf({ messages }: ChatRequest): readonly MediaPart[] {
  const found: MediaPart[] = [];
  for (const message of messages) {
    // An earlier spoken answer, by its id.
    if (message.role === 'assistant' && message.audio) found.push(unseen);
    if (!Array.isArray(message.content)) continue;
    for (const part of message.content) {
      const media = mediaOf(part);
      if (media) found.push(media);
    }
  }
  return found;
}

export type MediaKind = (typeof mediaTypes)[number];

/** Which kinds the request has; what only the provider has counts as a file, whatever it is. */
export function mediaKindsOf({ messages }: ChatRequest): ReadonlySet<MediaKind> {
  const kinds = new Set<MediaKind>();
  for (const message of messages) {
    if (message.role === 'assistant' && message.audio) kinds.add('file');
    if (!Array.isArray(message.content)) continue;
    for (const { type } of message.content) if (isMedia(type)) kinds.add(type);
  }
  return kinds;
}

/** Of a request whose upstream did not say what it used. */
export function likelyMediaTokens(request: ChatRequest, upstreamModel: string): number {
  return mediaPartsOf(request).reduce((sum, part) => sum + part.likely(upstreamModel), 0);
}

const unseen: MediaPart = { length: 0, tokens: () => unseenFileTokens, likely: () => 0 };

/** `undefined` for text. */
function mediaOf(part: Part): MediaPart | undefined {
  switch (part.type) {
    case 'image_url':
      return imageOf(part.image_url);
    case 'input_audio': {
      const { data, format } = part.input_audio;
      const tokens = (model: string) => soundTokens(model, data, format);
      return { length: data.length, tokens, likely: tokens };
    }
    case 'file': {
      const { file_data: data } = part.file;
      if (!data) return unseen;
      const tokens = fileTokens(data);
      return { length: data.length, tokens: () => tokens, likely: () => 0 };
    }
    default:
      return undefined;
  }
}

/** Of an image behind an address. */
const usualImage: ImageSize = { width: 1024, height: 1024 };

function imageOf(image: string | { readonly url: string; readonly detail?: ImageDetail | null }): MediaPart {
  const { url, detail } = typeof image === 'string' ? { url: image, detail: undefined } : image;
  const size = imageSizeOf(url);
  return {
    length: url.length,
    tokens: (model) => imageTokens(model, size, detail ?? 'auto'),
    likely: (model) => imageTokens(model, size ?? usualImage, detail ?? 'auto'),
  };
}
