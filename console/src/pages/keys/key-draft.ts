// A key as a form holds it, and what of it goes to the API: for a new key everything, for a change what differs. Pure.
import type { KeyChange, KeyDetail, NewKey } from '../../api/contract.ts';
import type { LimitDraft } from '../limits/limit-fields.tsx';
import { newLimit } from '../limits/limit-words.ts';

export type LogContent = 'default' | 'always' | 'never';

export interface KeyDraft {
  readonly name: string;
  /** Id; none = `default`. */
  readonly project: string | null;
  /** None = all. */
  readonly models: readonly string[];
  readonly limits: readonly LimitDraft[];
  /** As `<input type="datetime-local">` has it, in the reader's time zone; empty = never. */
  readonly expires: string;
  /** One address or range a line. */
  readonly ips: string;
  readonly strictParams: boolean;
  readonly reasoningAlias: boolean;
  readonly maxOutputTokens: string;
  readonly logContent: LogContent;
}

export const emptyDraft: KeyDraft = {
  name: '',
  project: null,
  models: [],
  limits: [],
  expires: '',
  ips: '',
  strictParams: false,
  reasoningAlias: false,
  maxOutputTokens: '',
  logContent: 'default',
};

export function draftOf(key: KeyDetail): KeyDraft {
  const { options } = key;
  return {
    name: key.name,
    project: key.project_id,
    models: key.models ?? [],
    limits: [],
    expires: key.expires_at === null ? '' : localTime(new Date(key.expires_at)),
    ips: key.allowed_ips?.join('\n') ?? '',
    strictParams: options?.strict_params ?? false,
    reasoningAlias: options?.reasoning_alias ?? false,
    maxOutputTokens: String(options?.max_output_tokens ?? ''),
    logContent: options?.log_content === undefined ? 'default' : options.log_content ? 'always' : 'never',
  };
}

export function newKeyOf(draft: KeyDraft): NewKey {
  const { expires_at, ...rest } = settingsOf(draft);
  return {
    ...rest,
    ...(expires_at === null ? {} : { expires_at }),
    ...(draft.project === null ? {} : { project: draft.project }),
    ...(draft.limits.length === 0 ? {} : { limits: draft.limits.map(newLimit) }),
  };
}

/** Only what differs from `before`, so that a change somebody else made beside it stays. */
export function changeOf(before: KeyDraft, after: KeyDraft): KeyChange {
  const was: Readonly<Record<string, unknown>> = settingsOf(before);
  return Object.fromEntries(
    Object.entries(settingsOf(after)).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(was[name]),
    ),
  );
}

function settingsOf(draft: KeyDraft) {
  const ips = linesOf(draft.ips);
  const maxOutputTokens = draft.maxOutputTokens.trim();
  const options = {
    ...(draft.strictParams ? { strict_params: true } : {}),
    ...(draft.reasoningAlias ? { reasoning_alias: true } : {}),
    // What is no number is sent as it is, so that the gateway says what is wrong with it.
    ...(maxOutputTokens === '' ? {} : { max_output_tokens: wholeOr(maxOutputTokens) }),
    ...(draft.logContent === 'default' ? {} : { log_content: draft.logContent === 'always' }),
  };
  return {
    name: draft.name.trim(),
    models: draft.models.length === 0 ? null : [...draft.models],
    expires_at: draft.expires === '' ? null : new Date(draft.expires).toISOString(),
    allowed_ips: ips.length === 0 ? null : ips,
    options: Object.keys(options).length === 0 ? null : options,
  };
}

/** Without empty lines; commas part too. */
export function linesOf(text: string): string[] {
  return text
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function wholeOr(text: string): number {
  return (/^\d+$/.test(text) ? Number(text) : text) as number;
}

/** `2026-11-22T21:15`, by the clock of whoever reads it. */
export function localTime(at: Date): string {
  const shifted = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}
