// Whether a text is base64 (RFC 4648 section 4, padded, without line breaks), at the speed of a native decoder.

/** Decoded at a time; a multiple of 4. */
const sliceLength = 256 * 1024;

export type Base64Check = (text: string) => boolean;

/** The check keeps a buffer to decode into, so that a large text costs no memory. An empty text is no base64. */
export function createBase64Check(): Base64Check {
  const scratch = Buffer.allocUnsafeSlow((sliceLength / 4) * 3);
  return function isBase64(text) {
    const { length } = text;
    if (length === 0 || length % 4 !== 0) return false;
    // The decoder also takes the URL-safe alphabet, which those that read these texts do not.
    if (text.includes('-') || text.includes('_')) return false;
    const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
    for (let start = 0; start < length; start += sliceLength) {
      const end = Math.min(start + sliceLength, length);
      const bytes = ((end - start) / 4) * 3 - (end === length ? padding : 0);
      // What is no base64 is left out by the decoder, so fewer bytes come out than went in.
      if (scratch.write(text.slice(start, end), 0, 'base64') !== bytes) return false;
    }
    return true;
  };
}
