// Asks the loader of tollgate.yaml itself whether it takes a piece, so that the import cannot know it differently.
import { noSecrets } from '../../core/secrets.ts';
import { parseFile } from '../file.ts';

/** What the loader says against it, without places; references count as filled in with something that fits. */
export function objectionsTo(content: Readonly<Record<string, unknown>>): string[] {
  const text = JSON.stringify(content, (key, value) =>
    typeof value === 'string' ? filled(key, value) : value,
  );
  const source = { name: 'tollgate.yaml', bytes: Buffer.from(text), modifiedAt: 0 };
  const named = Object.keys((content.providers ?? {}) as object);
  const references = { variable: () => 'x', secrets: noSecrets };
  const { problems } = parseFile(source, references, [...named, ...targetsOf(content)]);
  return problems.map(({ message }) => message);
}

const reference = /(?<!\$)\$\{[A-Za-z_][A-Za-z0-9_]*\}/g;

function filled(key: string, value: string): string {
  if (key === 'base_url') return value.replace(reference, (_, at: number) => (at === 0 ? 'http://x' : 'x'));
  if (key === 'region') return value.replace(reference, 'us-east-1');
  return key === 'api_version' ? value.replace(reference, '2024-10-21') : value;
}

/** Providers that routes name: whether they exist is not the question here. */
function targetsOf(content: Readonly<Record<string, unknown>>): string[] {
  const names: string[] = [];
  JSON.stringify(content.models ?? {}, (key, value) => {
    if (key === 'provider' && typeof value === 'string') names.push(value);
    return value;
  });
  return names;
}
