// Stage 4: public model name -> the model, its price and its targets in the order to try them.
import { TollgateError } from '../core/errors.ts';
import type { KeyOptions } from '../core/key-options.ts';
import type { Price } from '../core/money.ts';
import type { PublicModel, RouteReader } from '../core/ports.ts';
import type { Principal } from '../core/principal.ts';
import type { TargetHealth } from '../routing/health.ts';
import { orderTargets, type Target } from '../routing/route.ts';
import type { ChatRequest } from '../wire/openai/chat-request.ts';
import { conversationOf } from './conversation.ts';

export interface Plan {
  readonly model: PublicModel;
  readonly price: Price;
  /** At least one. */
  readonly targets: readonly [Target, ...Target[]];
}

export interface PlanPorts {
  readonly routes: RouteReader;
  readonly health: TargetHealth;
  /** Numbers in [0, 1). */
  readonly random: () => number;
}

/** Errors: `model_not_found`, `model_not_allowed`, `price_unknown`. */
export function plan(request: ChatRequest, principal: Principal, ports: PlanPorts): Plan {
  const { routes, health, random } = ports;
  const name = request.model;
  const routed = routes.model(name);
  const model = routed && withOptions(routed, principal.options);
  if (!model) throw new TollgateError('model_not_found', { values: { model: name.slice(0, 100) } });
  if (!mayUse(principal, model.name)) {
    throw new TollgateError('model_not_allowed', {
      values: { model: model.name, project: principal.projectName },
    });
  }
  if (!model.price) throw new TollgateError('price_unknown', { values: { model: model.name } });
  const [first, ...others] = orderTargets(model.route, model.strategy, {
    health,
    random,
    conversation: () => conversationOf(request, principal),
  });
  if (!first) {
    throw new TollgateError('no_available_upstream', {
      values: { model: model.name, reason: 'its route is empty; add a target to it in tollgate.yaml.' },
    });
  }
  return { model, price: model.price, targets: [first, ...others] };
}

/** What the key says wins over model and server; of two caps the lower one counts. */
function withOptions(model: PublicModel, options: KeyOptions | undefined): PublicModel {
  if (!options) return model;
  const { maxOutputTokens, ...settings } = options;
  const caps = [maxOutputTokens, model.maxOutputTokens].filter((cap) => cap !== undefined);
  return { ...model, ...settings, ...(caps.length === 0 ? {} : { maxOutputTokens: Math.min(...caps) }) };
}

export function mayUse(principal: Principal, model: string): boolean {
  return principal.models === undefined || principal.models.includes(model);
}
