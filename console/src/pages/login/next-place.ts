// Where to go after signing in: a place of this console, never another site. The gateway holds single sign-on to the same rule.

export function safeNext(next: string | undefined): string {
  if (next === undefined || !/^\/(?![/\\])[^\\\p{C}]*$/u.test(next)) return '/';
  const url = new URL(next, 'http://console');
  return url.origin === 'http://console' && !/^\/(\/|login$|(admin|v1)(\/|$))/.test(url.pathname)
    ? `${url.pathname}${url.search}${url.hash}`
    : '/';
}
