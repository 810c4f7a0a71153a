// Every wire the gateway speaks to upstreams, by the name its tests have.
import { anthropicWire } from './anthropic.ts';
import { bedrockWire } from './bedrock.ts';
import { geminiWire } from './gemini.ts';
import { azureWire, compatibleWire, datedAzureWire, openaiWire } from './openai-chat.ts';
import { responsesWire } from './openai-responses.ts';
import type { Wire } from './wire.ts';

export const wires = {
  'openai-compatible': compatibleWire,
  openai: openaiWire,
  'openai (Responses)': responsesWire,
  'azure-openai': azureWire,
  'azure-openai (dated)': datedAzureWire,
  'anthropic (adaptive)': anthropicWire('claude-opus-4-8'),
  'anthropic (budget)': anthropicWire('claude-sonnet-4-5'),
  'anthropic (older)': anthropicWire('claude-sonnet-4-20250514'),
  gemini: geminiWire,
  'bedrock (adaptive)': bedrockWire(
    'arn:aws:bedrock:eu-central-1:123456789012:inference-profile/eu.anthropic.claude-opus-4-8',
    'signed',
  ),
  'bedrock (budget)': bedrockWire('eu.anthropic.claude-sonnet-4-5-20250929-v1:0', 'signed'),
  'bedrock (older)': bedrockWire('anthropic.claude-sonnet-4-20250514-v1:0', 'key'),
} satisfies Record<string, Wire>;

export type WireName = keyof typeof wires;
export const wireNames = Object.keys(wires) as WireName[];
