// A LiteLLM proxy's configuration in, the text of a tollgate.yaml out, and what its reader has to know. Pure: reads no
// file and no environment.
import type { ModelEntry, ProviderEntry } from '../schema.ts';
import { objectionsTo } from './accepted.ts';
import { noteSettings } from './counterparts.ts';
import { type Deployment, readDeployment } from './deployment.ts';
import { modelEntryOf } from './groups.ts';
import { createNotebook, type Note, type Notebook } from './notes.ts';
import { type RouterPolicy, readRouter } from './router.ts';
import { ImportError, type Members, membersOf, readSource, textOf } from './source.ts';
import { type CommentedEntry, writeYaml } from './write-yaml.ts';

export interface Imported {
  readonly yaml: string;
  readonly notes: readonly Note[];
  /** Names of the public models. */
  readonly models: readonly string[];
  /** Variables that the file takes from the environment. */
  readonly variables: readonly string[];
  /** A key stands in it as such. */
  readonly hasSecrets: boolean;
}

/** `name`: of LiteLLM's file, for the comment on top. Throws ImportError. */
export function importLitellm(text: string, name: string): Imported {
  const content = readSource(text);
  const notebook = createNotebook();
  const credentials = credentialsOf(content);
  const deployments = (content.model_list as readonly unknown[]).flatMap(
    (entry, index) => readDeployment(entry, `model_list[${index}]`, credentials, notebook) ?? [],
  );
  const policy = readRouter(content, notebook);
  const providers = providersOf(deployments);
  const models = modelsOf(deployments, policy, providers.nameOf, notebook);
  noteSettings(content, new Set(['model_list', 'credential_list', ...policy.read]), notebook);
  if (models.size === 0) {
    const reasons = notebook.notes.filter(({ path }) => /^(?:model_list|include)\b/.test(path));
    throw new ImportError(
      [
        'none of its models can be carried over.',
        ...reasons.map(({ path, message }) => `  ${path}: ${message}`),
      ].join('\n'),
    );
  }
  const used = new Set(
    [...models.values()].flatMap(({ entry }) => entry.route.flat().map((target) => target.provider)),
  );
  const entries = new Map([...providers.entries].filter(([provider]) => used.has(provider)));
  const yaml = writeYaml({
    source: name,
    providers: entries,
    models,
    server: policy.server,
  });
  return {
    yaml,
    notes: notebook.notes,
    models: [...models.keys()],
    variables: [
      ...new Set(
        [...yaml.matchAll(/(?<!\$)\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g)].map(([, variable]) => variable ?? ''),
      ),
    ].sort(),
    hasSecrets: [...entries.values()].some(({ entry }) => holdsSecret(entry)),
  };
}

function credentialsOf(content: Members): ReadonlyMap<string, Members> {
  const list = Array.isArray(content.credential_list) ? content.credential_list : [];
  return new Map(
    list.flatMap((each) => {
      const { credential_name: name, credential_values: values } = membersOf(each) ?? {};
      const text = textOf(name);
      return text === undefined ? [] : [[text, membersOf(values) ?? {}] as const];
    }),
  );
}

/** One provider for all deployments with the same address, key and headers, named after LiteLLM's prefix. */
function providersOf(deployments: readonly Deployment[]) {
  const names = new Map<string, string>();
  const entries = new Map<string, CommentedEntry<ProviderEntry>>();
  const idOf = ({ provider }: Deployment) => JSON.stringify(provider);
  for (const deployment of deployments) {
    const id = idOf(deployment);
    const known = names.get(id);
    const name = known ?? freeName(wishedName(deployment), entries);
    names.set(id, name);
    const comment = entries.get(name)?.comment;
    entries.set(name, {
      entry: deployment.provider,
      comment: comment === undefined ? deployment.path : `${comment}, ${deployment.path}`,
    });
  }
  return { entries, nameOf: (deployment: Deployment) => names.get(idOf(deployment)) ?? '' };
}

/** `openai` is OpenAI: the default models go to the provider of that name. */
function wishedName({ prefix, provider }: Deployment): string {
  return prefix === 'openai' ? provider.type : prefix.replaceAll('_', '-');
}

function freeName(wanted: string, taken: ReadonlyMap<string, unknown>): string {
  for (let count = 1; ; count++) {
    const name = count === 1 ? wanted : `${wanted}-${count}`;
    if (!taken.has(name)) return name;
  }
}

function modelsOf(
  deployments: readonly Deployment[],
  policy: RouterPolicy,
  nameOf: (deployment: Deployment) => string,
  notebook: Notebook,
): Map<string, CommentedEntry<ModelEntry>> {
  const byName = Map.groupBy(deployments, ({ name }) => name);
  const byId = new Map(
    deployments.flatMap((each) => (each.id === undefined ? [] : [[each.id, [each]] as const])),
  );
  const find = (name: string) => byName.get(policy.aliases.get(name) ?? name) ?? byId.get(name);
  const models = new Map<string, CommentedEntry<ModelEntry>>();
  const missing = new Set<string>();

  for (const [name, own] of byName) {
    const chain = chainOf(name, policy);
    const fallbacks = chain.flatMap((other) => {
      const found = find(other);
      if (!found) missing.add(other);
      return found ? [found] : [];
    });
    const entry = modelEntryOf({ name, deployments: own, fallbacks }, policy, nameOf, notebook);
    const objections =
      entry.route.length === 0 ? ['No target is left.'] : objectionsTo({ models: { [name]: entry } });
    if (objections.length > 0) {
      notebook.lost(own.map(({ path }) => path).join(', '), `The model is left out: ${objections.join(' ')}`);
      continue;
    }
    const paths = own.map(({ path }) => path).join(', ');
    const then = fallbacks.length > 0 ? `, then its fallbacks: ${chain.filter(find).join(', ')}` : '';
    models.set(name, { entry, comment: `${paths}${then}` });
    if (costDiffers(own, fallbacks.flat())) {
      notebook.changed(
        policy.fallbacksPath,
        `A model has one price: a request for \`${name}\` costs the price of \`${name}\`, whichever target answers.`,
      );
    }
  }
  for (const name of missing) {
    notebook.lost(
      policy.fallbacksPath,
      `\`${name}\` is no model of this file, or was left out: nothing falls back to it.`,
    );
  }
  for (const [alias, name] of policy.aliases) {
    const aliased = models.get(name);
    if (aliased && !models.has(alias) && objectionsTo({ models: { [alias]: aliased.entry } }).length === 0) {
      models.set(alias, { entry: spellOut(aliased.entry, name), comment: `another name of ${name}` });
    } else
      notebook.lost(
        `${policy.aliasesPath}.${alias}`,
        `\`${name}\` is no model of the new file, or the alias is one already.`,
      );
  }
  return models;
}

/** Whom to ask after `name`, in order and each once; a fallback's own fallbacks come right behind it. */
function chainOf(name: string, policy: RouterPolicy): string[] {
  const chain: string[] = [];
  const follow = (from: string) => {
    for (const next of policy.fallbacks.get(from) ?? (from === name ? policy.defaultFallbacks : [])) {
      if (next === name || chain.includes(next)) continue;
      chain.push(next);
      follow(next);
    }
  };
  follow(name);
  return chain;
}

function costDiffers(own: readonly Deployment[], others: readonly Deployment[]): boolean {
  const prices = [...own, ...others].map(({ price }) => JSON.stringify(price));
  return others.length > 0 && new Set(prices).size > 1;
}

/** A target without `model` gets the public name, which is another one here. */
function spellOut(entry: ModelEntry, name: string): ModelEntry {
  return {
    ...entry,
    route: entry.route.map((group) => group.map((target) => ({ ...target, model: target.model ?? name }))),
  };
}

function holdsSecret(entry: ProviderEntry): boolean {
  const key = 'api_key' in entry ? entry.api_key : undefined;
  const headers = 'headers' in entry ? Object.values(entry.headers ?? {}) : [];
  return [key, ...headers].some((value) => value !== undefined && !/^\$\{\w+\}$/.test(value));
}
