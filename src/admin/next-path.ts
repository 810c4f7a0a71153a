// Where the browser goes after signing in: a path of the console, never another site (CWE-601).

/** `/` for anything that is not a path of this gateway's console. */
export function safeNext(next: string | undefined): string {
  if (next === undefined || !/^\/(?![/\\])[^\\\p{C}]*$/u.test(next)) return '/';
  const url = URL.canParse(next, 'http://gateway') ? new URL(next, 'http://gateway') : undefined;
  // Steps back may leave two slashes at the beginning, which begin a host.
  if (url?.origin !== 'http://gateway' || /^\/(\/|(admin|v1)(\/|$))/.test(url.pathname)) return '/';
  return `${url.pathname}${url.search}${url.hash}`;
}
