// What the doctor found out about one subject.

export interface Finding {
  readonly subject: string;
  /** `problem`: it keeps the gateway from working. */
  readonly verdict: 'ok' | 'warning' | 'problem';
  readonly detail: string;
  /** What to do about it. */
  readonly fix?: string;
}
