// Seals what was said under the master key of stored secrets (secret-box.ts), bound to its request, and opens it again. Makes the
// first master key where there is none.
import type { SealedContent } from '../../core/content.ts';
import { keyToSealWith, makeKeyFile, readKeyRing, type SecretKeySettings } from '../secret-keys.ts';
import { type KeptContent, packContent, unpackContent } from './content-form.ts';

export interface OpenContent {
  readonly content: KeptContent;
  readonly requestId: string;
  readonly keyId: string;
  /** Unix ms. */
  readonly createdAt: number;
}

export interface ContentBox {
  /** Throws SecretKeyError when there is no key and none can be made. */
  seal(contents: readonly OpenContent[]): Promise<readonly SealedContent[]>;
  /** `undefined`: the master key it was sealed under is not at hand any more, or it was changed. */
  open(sealed: SealedContent): Promise<KeptContent | undefined>;
}

export function createContentBox(keys: SecretKeySettings): ContentBox {
  return {
    async seal(contents) {
      // Read anew for every batch: the key may be changed while the gateway runs. Under way to another key, that one is kept.
      const ring = readKeyRing(keys);
      const key = keyToSealWith(ring, ring.next?.id ?? '') ?? makeKeyFile(keys.files);
      const sealed: SealedContent[] = [];
      for (const { content, requestId, keyId, createdAt } of contents) {
        const packed = await packContent(content);
        sealed.push({
          requestId,
          keyId,
          createdAt,
          promptBytes: content.prompt.bytes,
          answerBytes: content.answer.bytes,
          secretKey: key.id,
          ...key.seal(nameOf(requestId), packed),
        });
      }
      return sealed;
    },

    async open(sealed) {
      const key = readKeyRing(keys).keys.find(({ id }) => id === sealed.secretKey);
      const packed = key?.openBytes(nameOf(sealed.requestId), sealed);
      return packed && unpackContent(packed);
    },
  };
}

/** No secret can have this name. */
function nameOf(requestId: string): string {
  return `content of ${requestId}`;
}
