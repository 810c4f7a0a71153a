// Facts about models at Bedrock that decide how a request is written, read off their ids. What Claude takes is written down
// once, with its own adapter. Sources, 2026-11-22: Amazon Bedrock User Guide, "Structured outputs", "Call a tool with the
// Converse API", "Adaptive thinking"; Amazon Nova 2 User Guide, "Extended thinking".
import type { ChatCall } from '../../core/ports.ts';
import { claudeModel } from '../anthropic/models.ts';

export type Family = 'claude' | 'nova-2' | 'nova' | 'gpt' | 'other';

/** `us.anthropic.claude-sonnet-4-5-20250929-v1:0`, also at the end of an ARN. */
const claudeId = /(?:^|[./])anthropic\.(claude-[a-z0-9.-]+?)(?:-v\d+)?(?::[\w:]+)?$/;

const families: readonly (readonly [RegExp, Family])[] = [
  [claudeId, 'claude'],
  [/(?:^|[./])amazon\.nova-2-/, 'nova-2'],
  [/(?:^|[./])amazon\.nova-/, 'nova'],
  [/(?:^|[./])openai\.gpt-/, 'gpt'],
];

/** @NOTE the ARN of an application inference profile does not tell the model: it is taken for an `other`. */
export function familyOf(id: string): Family {
  return families.find(([pattern]) => pattern.test(id))?.[1] ?? 'other';
}

/** The call as Claude's own adapter would have it, with Anthropic's name of the model; `undefined` for all others. */
export function claudeCall(call: ChatCall): ChatCall | undefined {
  const name = claudeId.exec(call.target.model)?.[1];
  return name === undefined ? undefined : { ...call, target: { ...call.target, model: name } };
}

/** Whether answers and calls can be kept to a schema; where not, a tool that must be called carries the answer. */
export function takesSchemas(call: ChatCall): boolean {
  const claude = claudeCall(call);
  if (claude) return claudeModel(claude.target.model).jsonSchema;
  return !familyOf(call.target.model).startsWith('nova');
}

/** Whether a point for its cache may stand in a message. */
export function takesCachePoints(id: string): boolean {
  return /^(?:claude|nova)/.test(familyOf(id));
}
