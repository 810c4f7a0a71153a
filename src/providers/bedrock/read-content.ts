// What whole answers and streams of the Converse API have in common: thoughts as the details that come back with the next turn,
// and what stands beside the content.
import type { ChatCall } from '../../core/ports.ts';
import type { StreamEvent } from '../../core/stream-event.ts';
import { detailFormat as claudeFormat } from '../anthropic/to-messages.ts';
import { mapUsage, type WireUsage } from './map-usage.ts';
import { claudeCall } from './models.ts';
import { detailFormat } from './to-messages.ts';

/** `base64`: encrypted for safety's sake, and read by nobody here. */
export function encryptedDetail(index: number, base64: string): StreamEvent {
  return {
    type: 'reasoning-detail',
    detail: { type: 'reasoning.encrypted', format: detailFormat, index, data: base64 },
  };
}

/** Without a signature nobody wants them back. Claude's are good at Anthropic, too. */
export function signedDetail(
  call: ChatCall,
  index: number,
  text: string,
  signature: string,
): readonly StreamEvent[] {
  if (signature === '') return [];
  const format = claudeCall(call) ? claudeFormat : detailFormat;
  return [{ type: 'reasoning-detail', detail: { type: 'reasoning.text', format, index, text, signature } }];
}

export interface Surroundings {
  readonly usage?: WireUsage | null;
  readonly serviceTier?: { readonly type?: unknown } | null;
}

/** `default`, `flex` and `priority` have the same names on both sides. */
export function surroundingsOf({ usage, serviceTier }: Surroundings): StreamEvent[] {
  const tier = serviceTier?.type;
  const mapped = mapUsage(usage, tier);
  return [
    ...(typeof tier === 'string' && /^(?:default|flex|priority)$/.test(tier)
      ? [{ type: 'service-tier', tier } as const]
      : []),
    ...(mapped ? [{ type: 'usage', usage: mapped } as const] : []),
  ];
}

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
