// The text of one answer, handed in piece by piece as it streams and kept as one: a piece by itself takes ten times the memory
// of its letters.

/** As many as an array has room for when it gets its first element. */
const piecesKept = 16;

export class DeliveredText {
  #joined = '';
  #pieces: string[] = [];

  add(piece: string): void {
    this.#pieces.push(piece);
    if (this.#pieces.length >= piecesKept) this.#join();
  }

  text(): string {
    if (this.#pieces.length > 0) this.#join();
    return this.#joined;
  }

  clear(): void {
    this.#joined = '';
    this.#pieces = [];
  }

  #join(): void {
    this.#joined += this.#pieces.join('');
    this.#pieces = [];
  }
}
