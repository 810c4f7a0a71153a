// Log probabilities as clients type them: `{content, refusal}` of tokens with their bytes and alternatives, or null.
// CONTRACT section 2, "logprobs". Anything else, such as the form of the old completions, is no log probabilities.

type Token = Record<string, unknown>;

/** What OpenAI writes for a token that is very unlikely; JSON has no -Infinity. */
const veryUnlikely = -9999.0;

/** Mends a choice in place; says whether anything changed. Absent stays absent. */
export function mendLogprobs(choice: { logprobs?: unknown }): boolean {
  const given = choice.logprobs;
  if (given === null || given === undefined) return false;
  const { content, refusal } = given as Record<string, unknown>;
  if (!Array.isArray(content) && !Array.isArray(refusal)) {
    const empty = typeof given === 'object' && content === null && refusal === null;
    if (!empty) choice.logprobs = null;
    return !empty;
  }
  const logprobs = given as Record<string, unknown>;
  let changed = false;
  for (const name of ['content', 'refusal']) {
    const tokens = logprobs[name];
    if (Array.isArray(tokens)) changed = mendTokens(logprobs, name, tokens) || changed;
    else if (tokens !== null) {
      logprobs[name] = null;
      changed = true;
    }
  }
  return changed;
}

function mendTokens(logprobs: Record<string, unknown>, name: string, tokens: unknown[]): boolean {
  const sound = tokens.filter(isToken);
  if (sound.length < tokens.length) logprobs[name] = sound;
  let changed = sound.length < tokens.length;
  for (const token of sound) {
    changed = mendToken(token) || changed;
    if (Array.isArray(token.top_logprobs)) {
      for (const other of token.top_logprobs as unknown[]) {
        if (isToken(other)) changed = mendToken(other) || changed;
      }
    } else {
      token.top_logprobs = [];
      changed = true;
    }
  }
  return changed;
}

function mendToken(token: Token): boolean {
  let changed = false;
  if (typeof token.logprob !== 'number') {
    token.logprob = veryUnlikely;
    changed = true;
  }
  if (token.bytes === undefined) {
    token.bytes = null;
    changed = true;
  }
  return changed;
}

function isToken(value: unknown): value is Token {
  return typeof value === 'object' && value !== null && typeof (value as Token).token === 'string';
}
