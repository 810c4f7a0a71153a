// Finds the end of a JSON object or array in text that comes in pieces. Looks at brackets and strings only: whether it
// is good JSON is not its business. Pure.

export interface JsonScanner {
  /** How much of `text`, the next piece, belongs to the value; `undefined` while its end has not come. */
  scan(text: string): number | undefined;
}

export function createJsonScanner(): JsonScanner {
  let depth = 0;
  let inString = false;
  let escaped = false;
  return {
    scan(text) {
      for (let index = 0; index < text.length; index++) {
        const character = text[index];
        if (escaped) escaped = false;
        else if (inString) {
          if (character === '\\') escaped = true;
          else if (character === '"') inString = false;
        } else if (character === '"') inString = true;
        else if (character === '{' || character === '[') depth++;
        else if ((character === '}' || character === ']') && --depth === 0) return index + 1;
      }
      return undefined;
    },
  };
}
