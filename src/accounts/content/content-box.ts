// Seals what was said under the master key of stored secrets (secret-box.ts), bound to its request, and opens it again. Makes the
// first master key where there is none.
import type { SealedContent } from '../../core/content.ts';
import { keyToSealWith, makeKeyFile, readKeyRing, type SecretKeySettings } from '../secret-keys.ts';
import { type KeptContent, packContent, unpackContent } from './content-form.ts';

export interface ContentBox {
  /** Throws SecretKeyError when there is no key and none can be made. */
  seal(
    content: KeptContent,
    of: { readonly requestId: string; readonly keyId: string; readonly createdAt: number },
  ): Promise<SealedContent>;
  /** `undefined`: the master key it was sealed under is not at hand any more, or it was changed. */
  open(sealed: SealedContent): Promise<KeptContent | undefined>;
}

export function createContentBox(keys: SecretKeySettings): ContentBox {
  return {
    async seal(content, { requestId, keyId, createdAt }) {
      const packed = await packContent(content);
      const ring = readKeyRing(keys);
      const key = keyToSealWith(ring, ring.next?.id ?? '') ?? makeKeyFile(keys.files);
      return {
        requestId,
        keyId,
        createdAt,
        promptBytes: content.prompt.bytes,
        answerBytes: content.answer.bytes,
        secretKey: key.id,
        ...key.seal(nameOf(requestId), packed),
      };
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
