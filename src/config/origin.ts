// Where a provider or a model was configured: what stands in a file or comes from the environment is changed there and nowhere
// else.
import type { PublicModel } from '../core/ports.ts';
import type { ParsedFile } from './file.ts';
import type { ProviderDefinition } from './providers.ts';

export interface Origin {
  /**
   * `config`: tollgate.yaml. `environment`: the key of a provider is a variable. `built-in`: it came with the gateway.
   * `admin`: made while the gateway runs.
   */
  readonly source: 'config' | 'environment' | 'built-in' | 'admin';
  /** Of `config`: the file's name, and the line where it begins. */
  readonly place?: { readonly file: string; readonly line: number };
}

/** By name. */
export interface Origins {
  readonly providers: ReadonlyMap<string, Origin>;
  readonly models: ReadonlyMap<string, Origin>;
}

/** Of what there is without administrators. */
export function originsOf(
  providers: ReadonlyMap<string, ProviderDefinition>,
  models: readonly PublicModel[],
  file: ParsedFile | undefined,
): Origins {
  const from = (section: 'providers' | 'models', name: string, otherwise: Origin): Origin => {
    if (!file?.states([section, name])) return otherwise;
    const { file: named, line } = file.place([section, name]);
    return { source: 'config', place: { file: named, line } };
  };
  return {
    providers: new Map(
      [...providers.values()].map(({ name, type }) => [
        name,
        from('providers', name, { source: type === 'local' ? 'built-in' : 'environment' }),
      ]),
    ),
    models: new Map(models.map(({ name }) => [name, from('models', name, { source: 'built-in' })])),
  };
}
