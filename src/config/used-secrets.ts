// Which stored secrets a configuration was made with, to tell whether a change of the store concerns it.
import type { SecretValue, SecretValues } from '../core/secrets.ts';

export interface UsedSecrets {
  /** To resolve a configuration with; remembers what was asked for. */
  readonly values: SecretValues;
  /** Those there are, asked for or not. */
  all(): readonly (readonly [name: string, value: SecretValue])[];
  /** Whether any that was asked for is another one there. */
  differFrom(others: SecretValues): boolean;
  /** Whether it was asked for and readable. */
  had(name: string): boolean;
  /** Asked for and not readable, with the sentence that says why. */
  unreadable(): readonly { readonly name: string; readonly message: string }[];
}

export function watchSecrets(values: SecretValues): UsedSecrets {
  const asked = new Map<string, SecretValue | undefined>();
  return {
    values: {
      names: values.names,
      secret: (name) => {
        const found = values.secret(name);
        asked.set(name, found);
        return found;
      },
    },
    all: () =>
      values.names().flatMap((name) => {
        const found = values.secret(name);
        return found ? [[name, found] as const] : [];
      }),
    differFrom: (others) => [...asked].some(([name, value]) => textOf(value) !== textOf(others.secret(name))),
    had: (name) => {
      const found = asked.get(name);
      return found !== undefined && 'value' in found;
    },
    unreadable: () =>
      [...asked].flatMap(([name, found]) =>
        found && 'unreadable' in found ? [{ name, message: found.unreadable }] : [],
      ),
  };
}

function textOf(value: SecretValue | undefined): string {
  if (value === undefined) return 'absent';
  return 'value' in value ? `value ${value.value}` : `unreadable ${value.unreadable}`;
}
