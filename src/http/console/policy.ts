// What a browser may do with the console's page: nothing from elsewhere, nothing inline, nothing framed. A nonce, made
// anew for each answer, is for the style elements that libraries add.

/** In the built page, where the nonce belongs (console/vite.config.ts). */
export const nonceMark = 'NONCE-OF-THIS-ANSWER';

export function pageHeaders(nonce: string): Record<string, string> {
  return {
    'content-security-policy': [
      "default-src 'none'",
      "script-src 'self'",
      `style-src 'self' 'nonce-${nonce}'`,
      // Pictures of the playground: pasted ones, and those an answer carries in itself.
      "img-src 'self' data: blob:",
      "font-src 'self'",
      "connect-src 'self'",
      "form-action 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    'permissions-policy':
      'accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=()',
    'x-frame-options': 'DENY',
    'cross-origin-opener-policy': 'same-origin',
    ...fileHeaders,
  };
}

export const fileHeaders: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
};
