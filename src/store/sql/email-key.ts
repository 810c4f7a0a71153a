// How e-mail addresses are compared: two that a person would take for the same one are the same one.

/** NFKC and lower case, also before the `@`: no provider in use tells `Ada@` from `ada@`, and people type both. */
export function emailKey(email: string): string {
  return email.trim().normalize('NFKC').toLowerCase();
}
