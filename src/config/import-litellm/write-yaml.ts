// The text of the new tollgate.yaml: as people write it, with a comment where each part came from.
import { Document, isMap, isScalar, isSeq, type Node, type Pair, Scalar, visit, type YAMLMap } from 'yaml';
import type { ModelEntry, ProviderEntry, TollgateYaml } from '../schema.ts';

export interface CommentedEntry<Entry> {
  readonly entry: Entry;
  /** One line. */
  readonly comment: string;
}

export interface YamlParts {
  /** Name of LiteLLM's file. */
  readonly source: string;
  readonly providers: ReadonlyMap<string, CommentedEntry<ProviderEntry>>;
  readonly models: ReadonlyMap<string, CommentedEntry<ModelEntry>>;
  readonly server: NonNullable<TollgateYaml['server']>;
}

const priceMissing =
  ' price: { input: …, output: … }    # USD per million tokens; without it: 503 price_unknown';

export function writeYaml({ source, providers, models, server }: YamlParts): string {
  const content = {
    providers: entriesOf(providers),
    models: entriesOf(models),
    ...(Object.keys(server).length > 0 ? { server } : {}),
  };
  // Aliases are not read by the loader.
  const document = new Document(content, { aliasDuplicateObjects: false });
  document.commentBefore = [
    ` Made by \`tollgate import litellm\` from ${oneLine(source)}. Comments name the places there.`,
    ' What each setting means: docs/configuration.md. `tollgate doctor` and `tollgate providers test` try it.',
    ' gpt-5.1, gpt-5.1-chat and gpt-5.1-thinking are served also where they do not stand here.',
  ].join('\n');
  comment(document.get('providers'), providers);
  comment(document.get('models'), models);
  const written = document.get('models') as YAMLMap;
  for (const { key } of (document.contents as YAMLMap<Scalar>).items.slice(1)) key.spaceBefore = true;
  for (const { value } of written.items) {
    if (isMap(value) && !value.has('price')) value.comment = priceMissing;
  }
  visit(document, {
    Scalar(_, scalar) {
      if (typeof scalar.value === 'string' && scalar.value.includes('$')) scalar.type = Scalar.QUOTE_DOUBLE;
    },
    Pair(_, pair) {
      if (isScalar(pair.key) && pair.key.value === 'route') asRows(pair.value as Node);
      else if (isScalar(pair.key) && isShort(String(pair.key.value)) && isMap(pair.value))
        pair.value.flow = true;
    },
  });
  return document.toString({ lineWidth: 0, indentSeq: true });
}

const entriesOf = (entries: ReadonlyMap<string, CommentedEntry<unknown>>) =>
  new Map([...entries].map(([name, { entry }]) => [name, entry]));

function comment(block: unknown, entries: ReadonlyMap<string, CommentedEntry<unknown>>): void {
  if (!isMap(block)) return;
  for (const { key } of block.items as Pair<Scalar>[]) {
    const text = entries.get(String(key.value))?.comment;
    if (text !== undefined) key.commentBefore = ` ${oneLine(text)}`;
  }
}

/** Blocks that fit on a line. */
const isShort = (key: string) => /^(?:price|retry|timeouts|circuit_breaker|capabilities|headers)$/.test(key);

/** A group of targets is a line. */
function asRows(route: Node): void {
  if (!isSeq(route)) return;
  for (const group of route.items) if (isSeq(group)) group.flow = true;
}

const oneLine = (text: string) => text.replace(/\p{C}+/gu, ' ');
