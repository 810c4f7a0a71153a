// The token of an invitation or of a link for a new password, `/invite#token=…`: taken out of the address at once, so that it is in
// no history and no storage; kept in this tab's memory until the link is used.

let token: string | undefined;

/** `hash`: with or without its `#`. Returns whether there was one. */
export function takeLinkToken(hash: string): boolean {
  const match = /^#?token=(.+)$/.exec(hash);
  if (!match) return false;
  token = decodeURIComponent(match[1] ?? '');
  return true;
}

export function linkToken(): string | undefined {
  return token;
}

export function forgetLinkToken(): void {
  token = undefined;
}
