// The second half of stage 4: of the planned targets, those that can serve this request. Decides by capabilities and by what
// the adapters can say in their provider's terms, before money is held and before anybody is asked.
import { findUnsupported } from '../core/capabilities.ts';
import { TollgateError } from '../core/errors.ts';
import type { ChatCall, ProviderAdapter, ProviderReader, PublicModel } from '../core/ports.ts';
import type { Target } from '../routing/route.ts';
import type { ChatRequest } from '../wire/openai/chat-request.ts';
import { unknownFields } from '../wire/openai/known-fields.ts';
import type { Plan } from './plan.ts';
import { toCall } from './try-target.ts';

/**
 * The plan itself where all targets fit. Errors: `unrecognized_parameter` and `unsupported_parameter` of a strict model,
 * and what the first target cannot do when no target can.
 */
export function selectTargets(planned: Plan, request: ChatRequest, providers: ProviderReader): Plan {
  const { model, targets } = planned;
  if (model.strictParams) refuseUnknown(request);
  let refusal: TollgateError | undefined;
  let refused: Set<Target> | undefined;
  for (const target of targets) {
    const provider = providers.provider(target.provider);
    // A provider that is not there is for the attempt to tell.
    const error = provider && unfit(request, model, target, provider);
    if (!error) continue;
    refusal ??= error;
    refused ??= new Set();
    refused.add(target);
  }
  if (!refusal) return planned;
  const [first, ...others] = targets.filter((target) => !refused?.has(target));
  if (!first) throw refusal;
  return { ...planned, targets: [first, ...others] };
}

function unfit(
  request: ChatRequest,
  model: PublicModel,
  target: Target,
  provider: ProviderAdapter,
): TollgateError | undefined {
  const { capabilities: differing, strictParams } = model;
  const general = provider.capabilities;
  const merged = differing ? { ...general, ...differing } : general;
  const capabilities = provider.capabilitiesFor?.(request, target, merged) ?? merged;
  const unsupported = findUnsupported(request, capabilities);
  if (unsupported || (!strictParams && !provider.refusal)) return unsupported;
  const call = toCall({ request, body: noBody, model }, target);
  return provider.refusal?.(call) ?? (strictParams ? lossOf(call, provider) : undefined);
}

/** What is there to be sent is not decided yet, and nobody looks at it. */
const noBody = Buffer.alloc(0);

function lossOf(call: ChatCall, provider: ProviderAdapter): TollgateError | undefined {
  const [param] = provider.droppedParams(call);
  if (param === undefined) return undefined;
  const reason = `Its provider \`${provider.name}\` would not get it, and the model has \`strict_params\`.`;
  return new TollgateError('unsupported_parameter', { param, values: { reason } });
}

/** In OpenAI's words. */
function refuseUnknown(request: ChatRequest): void {
  const names = unknownFields(request);
  if (names.length === 0) return;
  const shown = names.slice(0, 8).map((name) => name.slice(0, 60));
  throw new TollgateError('unrecognized_parameter', {
    values: { s: names.length > 1 ? 's' : '', names: shown.join(', ') },
  });
}
