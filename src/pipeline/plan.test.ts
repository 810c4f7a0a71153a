import { describe, expect, test } from 'vitest';
import { TollgateError } from '../core/errors.ts';
import type { PublicModel, RouteReader } from '../core/ports.ts';
import type { Principal } from '../core/principal.ts';
import { createTargetHealth } from '../routing/health.ts';
import type { ChatRequest } from '../wire/openai/chat-request.ts';
import { plan } from './plan.ts';

describe('plan', () => {
  const price = { version: 'v', input: 1n, output: 1n };
  const target = (model: string) => ({ provider: 'p', model, weight: 1 });
  const base = {
    strategy: 'weighted',
    retry: { rounds: 0, deadlineMs: 0 },
    timeouts: { connectMs: 1, firstTokenMs: 1, idleMs: 1, totalMs: 1 },
    created: 0,
  } as const;
  const models: PublicModel[] = [
    { ...base, name: 'good', price, route: [[target('a')], [target('b')]] },
    { ...base, name: 'unpriced', price: undefined, route: [[target('a')]] },
    { ...base, name: 'nowhere', price, route: [] },
  ];
  const routes: RouteReader = {
    model: (name) => models.find((model) => model.name === name),
    models: () => models,
  };
  const principal = { keyId: 'k', projectName: 'default' } as Principal;
  const ports = { routes, health: createTargetHealth(() => 0), random: () => 0 };
  const asking = (model: string): ChatRequest => ({ model, messages: [{ role: 'user', content: 'Hi' }] });
  const codeOf = (name: string, who: Principal = principal) => {
    try {
      plan(asking(name), who, ports);
      return undefined;
    } catch (error) {
      return error instanceof TollgateError ? [error.code, error.status, error.wireCode, error.param] : error;
    }
  };

  test('targets in order', () => {
    expect(plan(asking('good'), principal, ports).targets.map(({ model }) => model)).toEqual(['a', 'b']);
  });

  test.each([
    ['none', principal, ['model_not_found', 404, 'model_not_found', null]],
    ['good', { ...principal, models: ['other'] }, ['model_not_allowed', 403, 'model_not_found', null]],
    ['unpriced', principal, ['price_unknown', 503, 'price_unknown', null]],
    ['nowhere', principal, ['no_available_upstream', 503, 'no_available_upstream', null]],
  ])('%s', (name, who, expected) => {
    expect(codeOf(name, who)).toEqual(expected);
  });

  test('a model list of a key is exact', () => {
    expect(codeOf('good', { ...principal, models: ['good'] })).toBeUndefined();
    expect(codeOf('good', { ...principal, models: [] })).toContain('model_not_allowed');
  });
});
