// One provider or model that an administrator made, read by the very checks of tollgate.yaml: the entry is written as a file of
// its own, and each problem is told with the path of the member it is about. Knows no store.
import { isMap, isScalar, isSeq, type Node, parseDocument } from 'yaml';
import { noSecrets, type SecretValues } from '../core/secrets.ts';
import { parseFile } from './file.ts';
import { priceProblem } from './models.ts';
import { ConfigError } from './problem.ts';
import { answersNeed, keysProblem, needs, type ProviderDefinition, providerFromEntry } from './providers.ts';
import type { ModelEntry } from './schema.ts';

export interface EntryProblem {
  /** Path inside the entry: `route[0][1].provider`; the empty text is the entry itself. */
  readonly param: string;
  /** In a sentence or two; never a secret. */
  readonly message: string;
}

export interface EntryContext {
  /** Names a `provider:` may have. */
  readonly providers: Iterable<string>;
  readonly secrets?: SecretValues;
}

const noKeys = { openai: undefined, anthropic: undefined, gemini: undefined, evolink: undefined };

type Read<Content> = { readonly content: Content } | { readonly problems: readonly EntryProblem[] };

/** The definition; `unusable` of it says which stored secrets cannot be decrypted. The environment's keys are not for it. */
export function readProviderEntry(
  name: string,
  entry: object,
  context: Omit<EntryContext, 'providers'>,
): Read<ProviderDefinition> {
  const read = readSection('providers', name, entry, { ...context, providers: [] });
  if ('problems' in read) return read;
  const content = read.content.providers?.[name];
  if (!content) return refused('', 'It lacks what makes a provider.');
  if (content.type === 'local') {
    return refused('type', 'The embedded model is there already, as provider `local`.');
  }
  const wrong = keysProblem(content);
  if (wrong !== undefined) return refused(wrong.includes('access_key') ? 'access_key_id' : 'api_keys', wrong);
  const definition = providerFromEntry(name, content, noKeys);
  if (typeof definition === 'string') {
    return refused(answersNeed[definition][0], `It needs ${needs[definition]}.`);
  }
  const unreadable = [...new Set(read.unreadable)];
  return {
    content: unreadable.length === 0 ? definition : { ...definition, unusable: unreadable.join(' ') },
  };
}

export function readModelEntry(name: string, entry: object, context: EntryContext): Read<ModelEntry> {
  const read = readSection('models', name, entry, context);
  if ('problems' in read) return read;
  const content = read.content.models?.[name];
  if (!content) return refused('', 'It lacks what makes a model.');
  const wrong = priceProblem(content);
  return wrong === undefined ? { content } : refused('price', wrong);
}

const refused = (param: string, message: string) => ({ problems: [{ param, message }] });

/** One line, so that columns are places in the text. */
function readSection(section: 'providers' | 'models', name: string, entry: object, context: EntryContext) {
  const text = JSON.stringify({ [section]: { [name]: entry } });
  const source = { name: 'the entry', bytes: Buffer.from(text), modifiedAt: 0 };
  const references = { variable: () => undefined, secrets: context.secrets ?? noSecrets };
  try {
    const { content, problems, unreadable } = parseFile(source, references, context.providers);
    if (problems.length === 0) return { content, unreadable: unreadable.map(({ message }) => message) };
    const { contents } = parseDocument(text, { uniqueKeys: false, stringKeys: true });
    return {
      problems: problems.map(({ message, place }) => ({
        param: withMissing(pathAt(contents, (place?.column ?? 1) - 1), message),
        message,
      })),
    };
  } catch (error) {
    if (error instanceof ConfigError)
      return refused('', error.problems.map((each) => each.message).join(' '));
    throw error;
  }
}

/** What is missing stands nowhere: the problem is at the block around it. */
function withMissing(path: string, message: string): string {
  const [, key] = /` needs `(\w+)`\.$/.exec(message) ?? [];
  return key === undefined ? path : [path, key].filter((part) => part !== '').join('.');
}

/** `route[0].provider`: without the section's and the entry's names; a key counts as its value. */
function pathAt(node: Node | null, offset: number): string {
  let path = '';
  let depth = 0;
  let at: unknown = node;
  for (;;) {
    const step = stepTo(at, offset);
    if (!step) return path;
    // The first two are the section and the name.
    if (depth === 1 && step.value === undefined) return 'name';
    if (depth++ >= 2) path += typeof step.key === 'number' ? `[${step.key}]` : `${path && '.'}${step.key}`;
    at = step.value;
  }
}

function stepTo(node: unknown, offset: number): { key: string | number; value: unknown } | undefined {
  if (isMap(node)) {
    for (const { key, value } of node.items) {
      const isKey = covers(key, offset);
      if (isKey || covers(value, offset)) {
        return { key: isScalar(key) ? String(key.value) : '', value: isKey ? undefined : value };
      }
    }
  }
  if (isSeq(node)) {
    const index = node.items.findIndex((item) => covers(item, offset));
    if (index !== -1) return { key: index, value: node.items[index] };
  }
  return undefined;
}

function covers(node: unknown, offset: number): boolean {
  const [start = 0, end = 0] = (node as Node | null)?.range ?? [];
  return offset >= start && offset < end;
}
