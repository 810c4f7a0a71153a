// Makes public models of what was picked at a provider: each under its own name, or under the provider's and its own where that is
// taken. What fails is told model by model; the others are made.
import { api } from '../../api/client.ts';
import type { ListOf, Model, OfferedModel } from '../../api/contract.ts';
import { messageOf } from '../../api/error.ts';

export interface CreatedModels {
  readonly made: readonly Model[];
  readonly failed: readonly { readonly id: string; readonly why: string }[];
}

export async function createModels(
  provider: string,
  picked: readonly Pick<OfferedModel, 'id' | 'context_window'>[],
): Promise<CreatedModels> {
  const { data } = await api.get<ListOf<Model>>('/models');
  // What came with the gateway is replaced by a model of the same name.
  const taken = new Set(data.filter(({ source }) => source !== 'built-in').map(({ name }) => name));
  const made: Model[] = [];
  const failed: { id: string; why: string }[] = [];
  for (const { id, context_window: contextWindow } of picked) {
    const name = taken.has(id) ? `${provider}/${id}` : id;
    try {
      made.push(
        await api.post<Model>('/models', {
          name,
          route: [[{ provider, model: id }]],
          ...(contextWindow === null ? {} : { context_window: contextWindow }),
        }),
      );
      taken.add(name);
    } catch (error) {
      failed.push({ id, why: messageOf(error) });
    }
  }
  return { made, failed };
}

/** `3 models are made; 1 was not: …` */
export function createdWords({ made, failed }: CreatedModels): string {
  const unpriced = made.filter(({ price }) => price === null).length;
  const parts = [
    `${made.length === 1 ? `“${made[0]?.name}” is` : `${made.length} models are`} ready to be asked for`,
    ...(unpriced > 0
      ? [`${unpriced === made.length ? 'set a price first' : `${unpriced} of them need a price first`}`]
      : []),
    ...failed.slice(0, 3).map(({ id, why }) => `${id}: ${why}`),
  ];
  return made.length === 0 ? parts.slice(1).join('. ') : `${parts.join('. ')}`;
}
