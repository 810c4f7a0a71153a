// Streams are cut anywhere, so a marker may arrive in pieces. This says how much must be held back. Pure.

/** Length of the longest end of `text` that is a beginning, but not the whole, of one of `markers`. */
export function partialMatchLength(text: string, markers: readonly string[]): number {
  let longest = 0;
  for (const marker of markers) {
    for (let length = Math.min(marker.length - 1, text.length); length > longest; length--) {
      if (text.endsWith(marker.slice(0, length))) {
        longest = length;
        break;
      }
    }
  }
  return longest;
}
