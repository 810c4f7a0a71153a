// The scope of a limit as people write it -> ids. A scope that names what does not exist would limit nothing, so it is
// refused.
import type { AccountReader } from '../core/accounts.ts';
import { TollgateError } from '../core/errors.ts';
import { type LimitScope, type LimitScopeKind, limitScopes } from '../core/limits.ts';
import type { KeyStoreReader } from '../core/store.ts';

export interface ScopePorts {
  readonly accounts: AccountReader;
  readonly keys: Pick<KeyStoreReader, 'keysMatching'>;
  readonly hasModel?: ((name: string) => boolean) | undefined;
  /** A key that was revoked is still one, where no other has its name: a file that names it stays right. */
  readonly revokedToo?: boolean;
}

/** Errors: `invalid_value` with `scope.project` or its like as `param`. */
export function createScopeResolver({ accounts, keys, hasModel, revokedToo = false }: ScopePorts) {
  async function idFor(kind: LimitScopeKind, value: string): Promise<string> {
    if (value === '*') return value;
    switch (kind) {
      case 'organization':
        return (await accounts.organization(value))?.id ?? unknown(kind, value);
      case 'project':
        return (await accounts.project(value))?.id ?? unknown(kind, value);
      case 'key':
        return keyId(value);
      case 'model':
        return hasModel === undefined || hasModel(value) ? value : unknown(kind, value);
      case 'end_user':
        return value;
    }
  }

  async function keyId(value: string): Promise<string> {
    const all = await keys.keysMatching(value);
    const live = all.filter(({ status }) => status !== 'revoked');
    const matches = live.length === 0 && revokedToo ? all.slice(0, 1) : live;
    const exact = matches.find(({ id }) => id === value);
    const [first, second] = matches;
    if (exact) return exact.id;
    if (!first) return unknown('key', value);
    if (second) {
      throw problem('key', `several keys are named \`${value}\`; write the id of the one that is meant.`);
    }
    return first.id;
  }

  return async function resolveScope(scope: LimitScope): Promise<LimitScope> {
    const resolved: Partial<Record<LimitScopeKind, string>> = {};
    for (const kind of limitScopes) {
      const value = scope[kind];
      if (value !== undefined) resolved[kind] = await idFor(kind, value);
    }
    if (Object.keys(resolved).length > 0) return resolved;
    throw new TollgateError('invalid_value', {
      param: 'scope',
      values: { reason: `name at least one of ${limitScopes.map((kind) => `\`${kind}\``).join(', ')}.` },
    });
  };
}

function unknown(kind: LimitScopeKind, value: string): never {
  throw problem(kind, `there is no ${kind} \`${value.slice(0, 100)}\`.`);
}

function problem(kind: LimitScopeKind, reason: string): TollgateError {
  return new TollgateError('invalid_value', { param: `scope.${kind}`, values: { reason } });
}
