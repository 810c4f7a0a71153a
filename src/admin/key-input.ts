// What comes in about keys, made what the rules and the store take; whatever would lock a key out without a word is refused.
import type { KeyOrder, KeySort } from '../core/accounts.ts';
import { TollgateError } from '../core/errors.ts';
import { isIpRange } from '../core/ip-ranges.ts';
import type { KeyOptions } from '../core/key-options.ts';

export function orderOf(
  { sort, order }: { readonly sort?: KeySort; readonly order?: 'asc' | 'desc' },
  since: number,
): KeyOrder | undefined {
  if (sort === undefined && order === undefined) return undefined;
  const by = sort ?? 'created';
  const descending = order === undefined ? by !== 'name' && by !== 'expires' : order === 'desc';
  return { by, descending, since };
}

export function wrongCursor(error: unknown): never {
  if (!(error instanceof RangeError)) throw error;
  throw invalid('cursor', 'it is a `next_cursor` of another order. Begin again without it.');
}

interface Restrictions {
  readonly models?: readonly string[] | null;
  readonly allowed_ips?: readonly string[] | null;
}

/** A misspelt model or range would lock the key out without a word. */
export function requireKnown(
  { models, allowed_ips: ips }: Restrictions,
  hasModel: (name: string) => boolean,
) {
  for (const [index, name] of (models ?? []).entries()) {
    if (!hasModel(name)) {
      throw invalid(`models[${index}]`, `there is no model \`${name}\`. GET /admin/v1/models lists them.`);
    }
  }
  for (const [index, text] of (ips ?? []).entries()) {
    if (!isIpRange(text)) {
      throw invalid(
        `allowed_ips[${index}]`,
        'it is no address and no range of addresses, such as 10.0.0.0/8 or 2001:db8::/32.',
      );
    }
  }
}

function invalid(param: string, reason: string): TollgateError {
  return new TollgateError('invalid_value', { param, values: { reason } });
}

export function readOptions(options: {
  readonly strict_params?: boolean;
  readonly reasoning_alias?: boolean;
  readonly max_output_tokens?: number;
  readonly log_content?: boolean;
}): KeyOptions {
  const {
    strict_params: strictParams,
    reasoning_alias: reasoningAlias,
    max_output_tokens: maxOutputTokens,
    log_content: logContent,
  } = options;
  return {
    ...(strictParams === undefined ? {} : { strictParams }),
    ...(reasoningAlias === undefined ? {} : { reasoningAlias }),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(logContent === undefined ? {} : { logContent }),
  };
}
