// `logging` of tollgate.yaml: whether what is said in requests is kept, how much of it and for how long. Nothing is, unless the
// file says so.
import type { ContentSettings } from '../core/content.ts';
import type { TollgateYaml } from './schema.ts';
import { parseDays, parseDuration, parseSize } from './units.ts';

export const defaultContent: ContentSettings = {
  mode: 'off',
  retentionMs: 7 * 86_400_000,
  maxBytes: 1_048_576,
};

export function contentSettings(entry: TollgateYaml['logging']): ContentSettings {
  const { content, retention, max_bytes: maxBytes } = entry ?? {};
  return {
    mode: content ?? defaultContent.mode,
    retentionMs:
      retention === undefined
        ? defaultContent.retentionMs
        : (parseDays(retention) ?? parseDuration(retention) ?? defaultContent.retentionMs),
    maxBytes:
      maxBytes === undefined ? defaultContent.maxBytes : (parseSize(maxBytes) ?? defaultContent.maxBytes),
  };
}
