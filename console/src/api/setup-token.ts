// The token of the printed link `/#setup=…`: taken out of the address before anything else happens, so that it is in no
// history, no log and no storage; kept in this tab's memory until set-up has used it.

let token: string | undefined;

/** Takes the token out of the address if it is there. Returns whether it was. */
export function takeSetupToken(place: Location, history: History): boolean {
  const match = /^#setup=(.+)$/.exec(place.hash);
  if (!match) return false;
  token = decodeURIComponent(match[1] ?? '');
  history.replaceState(null, '', `${place.pathname}${place.search}`);
  return true;
}

export function setupToken(): string | undefined {
  return token;
}

export function forgetSetupToken(): void {
  token = undefined;
}
