// `${NAME}` and `${secret:NAME}` inside the strings of tollgate.yaml: a whole variable or stored secret, nothing else.
// `$${` writes a literal `${`.
import { secretNameProblem } from '../core/secret-name.ts';
import type { SecretValues } from '../core/secrets.ts';
import { didYouMean } from './suggest.ts';

/** Where references are looked up. */
export interface References {
  variable(name: string): string | undefined;
  readonly secrets: SecretValues;
}

export interface Interpolation {
  readonly text: string;
  /** What could not be filled in, with the piece of source to point at. */
  readonly failures: readonly { readonly piece: string; readonly message: string }[];
  /** Stored secrets that exist and cannot be decrypted; in `text` stands a mark in their place. */
  readonly unreadable: readonly { readonly piece: string; readonly message: string }[];
}

/** All that looks like a reference; the groups are a variable's name, or what stands behind `secret:`. */
export const referencePattern = /\$\$\{|\$\{(?:secret:([^}]*)|([^}]*))\}?/g;
const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;

export function interpolate(text: string, { variable, secrets }: References): Interpolation {
  const failures: { piece: string; message: string }[] = [];
  const unreadable: { piece: string; message: string }[] = [];

  function variableText(piece: string, name: string): string {
    if (!variableName.test(name) || !piece.endsWith('}')) {
      failures.push({
        piece,
        message: `Only a whole variable is read here, written "\${NAME}", or a stored secret, "\${secret:NAME}"; defaults and expressions are not. "$\${" writes a literal "\${".`,
      });
      return '';
    }
    const value = variable(name);
    if (value === undefined) {
      failures.push({ piece, message: `The environment variable ${name} is not set, or is empty.` });
    }
    return value ?? '';
  }

  function secretText(piece: string, name: string): string {
    if (secretNameProblem(name) !== undefined || !piece.endsWith('}')) {
      failures.push({
        piece,
        message: `A stored secret is written "\${secret:NAME}", with a name of letters, digits, dots, dashes and underscores.`,
      });
      return '';
    }
    const found = secrets.secret(name);
    if (found === undefined) {
      failures.push({ piece, message: unknownSecret(name, secrets.names()) });
      return '';
    }
    if ('value' in found) return found.value;
    unreadable.push({ piece, message: found.unreadable });
    return `unreadable-secret-${name}`;
  }

  const filled = text.replace(
    referencePattern,
    (piece: string, secret: string | undefined, name: string | undefined) => {
      if (secret !== undefined) return secretText(piece, secret);
      return name === undefined ? '${' : variableText(piece, name);
    },
  );
  return { text: filled, failures, unreadable };
}

function unknownSecret(name: string, stored: readonly string[]): string {
  return `There is no stored secret \`${name}\`.${didYouMean(name, stored)} \`tollgate secrets set ${name}\` stores one.`;
}
