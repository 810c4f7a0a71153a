// Libraries that add a <style> of their own (the scroll lock under dialogs) look for the nonce of the page here. It is in
// the page's head, as Vite writes it.

export function shareNonce(): void {
  const nonce = document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce;
  // The name get-nonce reads, after webpack.
  if (nonce) Object.assign(globalThis, { __webpack_nonce__: nonce });
}
