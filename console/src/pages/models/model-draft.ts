// What the form of a model holds, made of what is stored, and what of it is sent. Pure.
import type { Model, NewModel, RouteTarget } from '../../api/contract.ts';

export interface TargetDraft {
  /** For React alone. */
  readonly id: number;
  readonly provider: string;
  readonly model: string;
  readonly weight: string;
  /** Of the strategy `lowest-cost`; kept as it is. */
  readonly cost: number | undefined;
}

export interface GroupDraft {
  readonly id: number;
  readonly targets: readonly TargetDraft[];
}

export interface ModelDraft {
  readonly name: string;
  readonly groups: readonly GroupDraft[];
  readonly strategy: string;
  readonly contextWindow: string;
  readonly maxOutputTokens: string;
  readonly attempts: string;
  readonly hedge: string;
  readonly onStreamFailure: string;
  readonly firstToken: string;
  readonly total: string;
}

let nextId = 0;
export const emptyTarget = (provider = ''): TargetDraft => ({
  id: ++nextId,
  provider,
  model: '',
  weight: '1',
  cost: undefined,
});
export const emptyGroup = (provider = ''): GroupDraft => ({ id: ++nextId, targets: [emptyTarget(provider)] });

export const emptyDraft = (): ModelDraft => ({
  name: '',
  groups: [emptyGroup()],
  strategy: 'weighted',
  contextWindow: '',
  maxOutputTokens: '',
  attempts: '',
  hedge: '',
  onStreamFailure: 'error',
  firstToken: '',
  total: '',
});

export function draftOf({ name, entry }: Pick<Model, 'name' | 'entry'>): ModelDraft {
  const { route = [], strategy, retry, hedge, timeouts, ...rest } = entry ?? { route: [] };
  return {
    name,
    groups: route.map((group) => ({ id: ++nextId, targets: group.map(targetDraft) })),
    strategy: strategy ?? 'weighted',
    contextWindow: textOf(rest.context_window),
    maxOutputTokens: textOf(rest.max_output_tokens),
    attempts: textOf(retry?.attempts),
    hedge: hedge ?? '',
    onStreamFailure: rest.on_stream_failure ?? 'error',
    firstToken: timeouts?.first_token ?? '',
    total: timeouts?.total ?? '',
  };
}

const textOf = (value: unknown) => (value === undefined || value === null ? '' : String(value));

function targetDraft({ provider, model, weight, cost }: RouteTarget): TargetDraft {
  return { id: ++nextId, provider, model: model ?? '', weight: textOf(weight ?? 1), cost };
}

/** All members that the form has; `null` where one is left to the default. Others of `before` stay. */
export function entryOf(draft: ModelDraft, before: Model['entry']): Omit<NewModel, 'name'> {
  const attempts = numberOf(draft.attempts);
  const retry = { ...before?.retry, ...(attempts === null ? {} : { attempts }) };
  if (attempts === null) delete retry.attempts;
  const timeouts = { ...before?.timeouts };
  set(timeouts, 'first_token', draft.firstToken);
  set(timeouts, 'total', draft.total);
  return {
    route: draft.groups.map(({ targets }) => targets.map(routeTarget)),
    strategy: draft.strategy === 'weighted' ? null : (draft.strategy as NonNullable<NewModel['strategy']>),
    context_window: numberOf(draft.contextWindow),
    max_output_tokens: numberOf(draft.maxOutputTokens),
    retry: Object.keys(retry).length > 0 ? retry : null,
    hedge: draft.hedge.trim() || null,
    on_stream_failure: draft.onStreamFailure === 'continue' ? 'continue' : null,
    timeouts: Object.keys(timeouts).length > 0 ? timeouts : null,
  };
}

function set(timeouts: Record<string, string | undefined>, name: string, text: string): void {
  if (text.trim() === '') delete timeouts[name];
  else timeouts[name] = text.trim();
}

/** What is no number goes as it is, so that the gateway says what is wrong with it. */
function numberOf(text: string): number | null {
  const typed = text.replaceAll(/[\s,_]/g, '');
  if (typed === '') return null;
  return Number.isNaN(Number(typed)) ? (typed as unknown as number) : Number(typed);
}

function routeTarget({ provider, model, weight, cost }: TargetDraft): RouteTarget {
  const share = numberOf(weight);
  return {
    provider,
    ...(model.trim() === '' ? {} : { model: model.trim() }),
    ...(share === null || share === 1 ? {} : { weight: share }),
    ...(cost === undefined ? {} : { cost }),
  };
}

/** A route on one line for people: `openai / gpt-5.1, azure / gpt > local`. */
export function routeWords(route: NewModel['route'] | undefined): string {
  return (route ?? [])
    .map((group) =>
      group
        .map(
          ({ provider, model, weight }) =>
            `${provider}${model ? ` / ${model}` : ''}${weight ? ` ×${weight}` : ''}`,
        )
        .join(', '),
    )
    .join(' → ');
}
