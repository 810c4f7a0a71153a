// A character beyond the basic plane is two code units, and some upstreams cut between them. Each half alone is no text:
// it breaks clients that write what comes as UTF-8.

/** The texts of one choice, by member, as they come. */
export interface SurrogateJoiner {
  /**
   * Holds back the first half of a character and puts it before the text that follows, in place; says whether anything
   * changed.
   */
  join(delta: Record<string, unknown>): boolean;
  /** Whether the first half of a character waits for the second. */
  holding(): boolean;
}

const members = ['content', 'reasoning_content'] as const;

export function createSurrogateJoiner(): SurrogateJoiner {
  return new Joiner();
}

/** One object instead of closures: there is one for each open stream. */
class Joiner implements SurrogateJoiner {
  #held: Partial<Record<(typeof members)[number], string>> | undefined;

  join(delta: Record<string, unknown>): boolean {
    let changed = false;
    for (const name of members) changed = this.#joinMember(delta, name) || changed;
    return changed;
  }

  holding(): boolean {
    return this.#held?.content !== undefined || this.#held?.reasoning_content !== undefined;
  }

  #joinMember(delta: Record<string, unknown>, name: (typeof members)[number]): boolean {
    const text = delta[name];
    if (typeof text !== 'string' || text === '') return false;
    const joined = joinHalves(this.#held?.[name], text);
    if (!joined) return false;
    this.#held ??= {};
    if (joined.held === undefined) delete this.#held[name];
    else this.#held[name] = joined.held;
    delta[name] = joined.text;
    return true;
  }
}

/** `held`: the half that waits. What goes out, and what waits then; `undefined` where it is just `text`. Of a text that is not empty. */
export function joinHalves(
  held: string | undefined,
  text: string,
): { readonly text: string; readonly held: string | undefined } | undefined {
  const cut = isHighSurrogate(text.charCodeAt(text.length - 1));
  if (held === undefined && !cut) return undefined;
  return {
    text: `${held ?? ''}${cut ? text.slice(0, -1) : text}`,
    held: cut ? text.slice(-1) : undefined,
  };
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
