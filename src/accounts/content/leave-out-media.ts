// A prompt without its images and sounds: each is replaced by a note of how large it was. Works on the bytes, so that a body of
// many megabytes need not be parsed, and leaves JSON what it was.

/** Media below this stay: a small icon says more than its note. Bytes of base64. */
const keptMedia = 2_048;
const quote = 0x22;
/** In front of the base64 of a data: URL, and of `input_audio.data`, `file.file_data` and their like. */
const markers = [';base64,', '"data":"', '"data": "', '"file_data":"', '"file_data": "'].map((text) =>
  Buffer.from(text),
);

export interface WithoutMedia {
  readonly bytes: Buffer;
  /** How many were left out. */
  readonly leftOut: number;
}

export function leaveOutMedia(body: Buffer): WithoutMedia {
  const pieces: Buffer[] = [];
  let leftOut = 0;
  let kept = 0;
  let from = 0;
  for (let at = nextMedia(body, from); at !== undefined; at = nextMedia(body, from)) {
    // What is no base64 itself may be a data: URL.
    from = at.start;
    if (at.end - at.start < keptMedia || !looksLikeBase64(body, at.start)) continue;
    pieces.push(body.subarray(kept, at.start), Buffer.from(noteOf(at.end - at.start)));
    kept = at.end;
    from = at.end;
    leftOut++;
  }
  if (leftOut === 0) return { bytes: body, leftOut };
  return { bytes: Buffer.concat([...pieces, body.subarray(kept)]), leftOut };
}

/** From behind the next marker to the quote that ends its string. */
function nextMedia(body: Buffer, from: number): { readonly start: number; readonly end: number } | undefined {
  let start = -1;
  for (const marker of markers) {
    const found = body.indexOf(marker, from);
    if (found !== -1 && (start === -1 || found + marker.length < start)) start = found + marker.length;
  }
  if (start === -1) return undefined;
  const end = body.indexOf(quote, start);
  return { start, end: end === -1 ? body.length : end };
}

/** A tool may have an argument that is called `data`, too. */
function looksLikeBase64(body: Buffer, start: number): boolean {
  return /^[A-Za-z0-9+/_=-]+$/.test(body.toString('latin1', start, start + 256));
}

/** No base64, so that nobody takes it for the media. */
function noteOf(base64Bytes: number): string {
  return `[${Math.floor((base64Bytes * 3) / 4).toLocaleString('en-US')} bytes left out]`;
}
