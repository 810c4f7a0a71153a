// HTML as a tagged template: what is put in is escaped unless it is HTML itself. Knows no page.

/** Markup that is safe to stand in a page. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Insert = string | number | Html | false | undefined | null | readonly Insert[];

export function html(strings: TemplateStringsArray, ...inserts: readonly Insert[]): Html {
  return new Html(
    strings.map((text, index) => (index === 0 ? text : textOf(inserts[index - 1]) + text)).join(''),
  );
}

function textOf(insert: Insert): string {
  if (insert === undefined || insert === null || insert === false) return '';
  if (insert instanceof Html) return insert.text;
  if (typeof insert === 'object') return insert.map(textOf).join('');
  return escaped(String(insert));
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

/** The little of Markdown that descriptions use: paragraphs and `code`. */
export function prose(text: string): Html[] {
  return text.split('\n\n').map((paragraph) => html`<p>${inline(paragraph)}</p>`);
}

export function inline(text: string): Html[] {
  return text
    .split(/(`[^`]+`)/)
    .filter((piece) => piece !== '')
    .map((piece) => (/^`.+`$/.test(piece) ? html`<code>${piece.slice(1, -1)}</code>` : html`${piece}`));
}
