// Which list one came from, so that a request's page knows what is next in it. As long as the tab lives.

let remembered: Readonly<Record<string, string>> = {};

export function rememberList(query: Readonly<Record<string, string>>): void {
  remembered = query;
}

export function rememberedList(): Readonly<Record<string, string>> {
  return remembered;
}
