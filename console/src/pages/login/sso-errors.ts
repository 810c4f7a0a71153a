// What the login page says when a sign-in at an identity provider came to nothing. The address has a code only: a page that showed
// texts of its address would show anybody's.
import type { SsoError } from '../../api/contract.ts';

interface Words {
  readonly title: string;
  readonly advice: string;
}

const words: Readonly<Record<SsoError, Words>> = {
  sso_unknown_provider: {
    title: 'There is no such identity provider any more',
    advice: 'Choose one of the ways below.',
  },
  sso_unreachable: {
    title: 'The identity provider does not answer',
    advice: 'Try again in a moment. Administrators find the reason in the audit log.',
  },
  sso_expired: {
    title: 'This sign-in took too long, or was begun in another browser',
    advice: 'Begin again; it is valid for 10 minutes.',
  },
  sso_denied: {
    title: 'The identity provider did not let you in',
    advice: 'You cancelled, or this account may not use the gateway. Ask whoever runs the provider.',
  },
  sso_invalid: {
    title: 'The answer of the identity provider could not be trusted',
    advice: 'Try again. If it stays, administrators find the reason in the audit log.',
  },
  sso_no_email: {
    title: 'The identity provider did not say your e-mail address',
    advice: 'The gateway has to be given the scope “email” there.',
  },
  sso_unverified_email: {
    title: 'Your e-mail address is not verified at the identity provider',
    advice: 'Verify it there, then sign in again.',
  },
  sso_not_a_member: {
    title: 'You are not a member of this gateway',
    advice: 'Ask an administrator to invite the e-mail address of that account.',
  },
  sso_no_role: {
    title: 'None of your groups may use this gateway',
    advice: 'Ask an administrator to put you into one that may.',
  },
  sso_other_account: {
    title: 'This e-mail address belongs to a member with another account there',
    advice: 'If it is yours, an administrator can untie the old account on the members page.',
  },
  sso_disabled: { title: 'Your access is disabled', advice: 'Ask an administrator to enable it.' },
};

/** `undefined` for a code that is none. */
export function ssoErrorWords(code: string | undefined): Words | undefined {
  return code !== undefined && Object.hasOwn(words, code) ? words[code as SsoError] : undefined;
}
