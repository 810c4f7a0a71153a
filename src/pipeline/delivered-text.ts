// The text of one answer, handed in piece by piece as it streams and kept as one: a piece by itself takes ten times the memory
// of its letters.

/** After so many a text that was added to is made one; sooner costs time, later memory. */
const piecesKept = 8;

export class DeliveredText {
  #joined = '';
  /** The last pieces. V8 keeps a text that is added to as a tree of what it was made of. */
  #recent = '';
  #pieces = 0;

  add(piece: string): void {
    this.#recent += piece;
    if (++this.#pieces >= piecesKept) this.#join();
  }

  text(): string {
    if (this.#pieces > 0) this.#join();
    return this.#joined;
  }

  clear(): void {
    this.#joined = '';
    this.#recent = '';
    this.#pieces = 0;
  }

  #join(): void {
    // A search makes the tree one text.
    /^x/.test(this.#recent);
    this.#joined += this.#recent;
    this.#recent = '';
    this.#pieces = 0;
  }
}
