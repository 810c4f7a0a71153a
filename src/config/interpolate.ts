// `${NAME}` inside the strings of tollgate.yaml: the whole variable, nothing else. `$${` writes a literal `${`.

export interface Interpolation {
  readonly text: string;
  /** What could not be filled in, with the piece of source to point at. */
  readonly failures: readonly { readonly piece: string; readonly message: string }[];
}

const places = /\$\$\{|\$\{([^}]*)\}?/g;
const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;

export function interpolate(text: string, variable: (name: string) => string | undefined): Interpolation {
  const failures: { piece: string; message: string }[] = [];
  const filled = text.replace(places, (piece: string, name: string | undefined) => {
    if (name === undefined) return '${';
    if (!variableName.test(name) || !piece.endsWith('}')) {
      failures.push({
        piece,
        message: `Only a whole variable is read here, written "\${NAME}"; defaults and expressions are not. "$\${" writes a literal "\${".`,
      });
      return '';
    }
    const value = variable(name);
    if (value === undefined) {
      failures.push({ piece, message: `The environment variable ${name} is not set, or is empty.` });
    }
    return value ?? '';
  });
  return { text: filled, failures };
}
