// Colours code: names, strings, numbers, words. A pattern is enough for samples this small.
import { element } from './element.js';

const words = {
  json: 'true|false|null',
  curl: 'curl',
  javascript: 'import|from|const|new|await|for|of|true|false|null',
  python: 'import|from|for|in|if|or|with|as|True|False|None|print',
};

/** Longer texts, as of a request with an image in it, are shown without colours. */
const colouredLength = 50_000;

/**
 * Replaces what the element shows.
 * @param {HTMLElement} code An element with `data-language`.
 * @param {string} text
 */
export function showCode(code, text) {
  if (text.length > colouredLength) {
    code.textContent = text;
    return;
  }
  const language = /** @type {keyof typeof words} */ (code.dataset.language ?? 'json');
  // A shell's text may run over lines, as the body of a request does: it is coloured as the JSON it is.
  const strings = language === 'curl' ? /"(?:[^"\\\n]|\\.)*"/ : /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/;
  const pattern = new RegExp(
    `(?<key>"(?:[^"\\\\\\n]|\\\\.)*"(?=\\s*:))|(?<string>${strings.source})|(?<number>(?<![\\w./:-])-?\\d+(?:\\.\\d+)?(?:e[+-]?\\d+)?\\b)|(?<word>\\b(?:${words[language]}|true|false|null)\\b)`,
    'g',
  );
  /** @type {(Node | string)[]} */
  const pieces = [];
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    const kind = Object.entries(match.groups ?? {}).find(([, found]) => found !== undefined)?.[0] ?? '';
    pieces.push(text.slice(end, match.index), element('span', { class: `code-${kind}` }, match[0]));
    end = match.index + match[0].length;
  }
  code.replaceChildren(...pieces, text.slice(end));
}
