// Pictures from a file, the clipboard or a drop, as data URLs. Large ones can be made smaller here, before they cost tokens: most
// models look at no more than about 1,500 px anyway.
import type { ImagePart } from '../conversation/session.ts';

export const imageTypes = ['image/png', 'image/jpeg', 'image/webp', 'image/gif'] as const;
/** A request may have 32 MiB, and base64 takes a third more. */
export const largestImageBytes = 20_000_000;
/** Px of the longer side that is offered. */
export const smallerSide = 1536;

/** Throws Error with a sentence for people. */
export async function readImage(file: File): Promise<ImagePart> {
  if (!imageTypes.some((type) => type === file.type)) {
    throw new Error(`“${file.name}” is not a PNG, JPEG, WebP or GIF image.`);
  }
  if (file.size > largestImageBytes) throw new Error(`“${file.name}” is larger than 20 MB.`);
  const bitmap = await createImageBitmap(file).catch(() => {
    throw new Error(`“${file.name}” cannot be read as an image.`);
  });
  const { width, height } = bitmap;
  bitmap.close();
  return { name: file.name || 'Pasted image', url: await toDataUrl(file), width, height, bytes: file.size };
}

export function canShrink({ width, height }: ImagePart): boolean {
  return Math.max(width, height) > smallerSide;
}

/** JPEG where the picture has no transparency to lose: photographs are what is large. */
export async function shrink(image: ImagePart): Promise<ImagePart> {
  const scale = smallerSide / Math.max(image.width, image.height);
  const width = Math.round(image.width * scale);
  const height = Math.round(image.height * scale);
  const canvas = new OffscreenCanvas(width, height);
  const bitmap = await createImageBitmap(blobOf(image.url));
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  const type = image.url.startsWith('data:image/jpeg') ? 'image/jpeg' : 'image/webp';
  const blob = await canvas.convertToBlob({ type, quality: 0.9 });
  return { ...image, url: await toDataUrl(blob), width, height, bytes: blob.size };
}

/** Without a fetch, which the policy of the page would have to allow. */
function blobOf(url: string): Blob {
  const [head = '', data = ''] = url.split(',', 2);
  const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
  return new Blob([bytes], { type: /^data:([^;]+)/.exec(head)?.[1] ?? 'image/png' });
}

function toDataUrl(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(new Error('The image cannot be read.'));
    reader.readAsDataURL(blob);
  });
}
