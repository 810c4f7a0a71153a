// The state of the gateway's parts at the moment somebody asks: circuits, load, engine, configuration, store.
import type { EngineState, PublicModel } from '../../core/ports.ts';
import type { CircuitState, TargetHealth } from '../../routing/health.ts';
import type { Target } from '../../routing/target.ts';
import { metrics } from './catalogue.ts';
import { gauge, type MetricDefinition, type MetricFamily, type Sample } from './instruments.ts';
import { single } from './process-metrics.ts';

/** How busy the embedded model is, in the names its process has for it. */
export interface EngineFigures {
  readonly slots: number;
  readonly slots_busy: number;
  readonly queue_depth: number;
  readonly decoded_tokens_total: number;
  readonly prompt_tokens_total: number;
  readonly memory_bytes?: number;
}

export interface GatewayState {
  readonly models: () => readonly PublicModel[];
  readonly health: Pick<TargetHealth, 'condition'>;
  readonly engine: () => EngineState;
  /** Of an engine that is ready; `undefined` where it does not tell. Never rejects. */
  readonly engineFigures: () => Promise<EngineFigures | undefined>;
  readonly generation: () => number;
  readonly configRefused: () => boolean;
  readonly storeAvailable: () => boolean;
  /** Processes that serve requests, and how often one was replaced; absent in those themselves. */
  readonly workers?: () => { readonly serving: number; readonly restarts: number };
}

const circuits: readonly CircuitState[] = ['closed', 'open', 'half-open'];
const engineStates: readonly EngineState[] = [
  'off',
  'locating',
  'downloading',
  'loading',
  'ready',
  'restarting',
  'failed',
  'stopped',
];

export async function gatewayFamilies(state: GatewayState): Promise<MetricFamily[]> {
  const circuit: Sample[] = [];
  const inFlight: Sample[] = [];
  for (const target of targetsOf(state.models())) {
    const condition = state.health.condition(target);
    const labels = [target.provider, target.model];
    for (const name of circuits) {
      circuit.push({ labels: [...labels, name], value: Number(condition.circuit === name) });
    }
    inFlight.push({ labels, value: condition.inFlight });
  }
  const engine = state.engine();
  return [
    gauge(metrics.circuit, circuit),
    gauge(metrics.targetInFlight, inFlight),
    gauge(
      metrics.engine,
      engineStates.map((name) => ({ labels: [name], value: Number(engine === name) })),
    ),
    ...engineFamilies(engine === 'ready' ? await state.engineFigures() : undefined),
    single(metrics.configGeneration, state.generation()),
    single(metrics.configRefused, Number(state.configRefused())),
    single(metrics.storeUp, Number(state.storeAvailable())),
    ...workerFamilies(state.workers?.()),
  ];
}

/** Without samples while there is nothing to tell. */
function engineFamilies(figures: EngineFigures | undefined): MetricFamily[] {
  const known = (definition: MetricDefinition, value: number | undefined) =>
    gauge(definition, value === undefined ? [] : [{ labels: [], value }]);
  const tokens = figures && [
    { labels: ['input'], value: figures.prompt_tokens_total },
    { labels: ['output'], value: figures.decoded_tokens_total },
  ];
  return [
    known(metrics.engineSlots, figures?.slots),
    known(metrics.engineSlotsBusy, figures?.slots_busy),
    known(metrics.engineQueue, figures?.queue_depth),
    { definition: metrics.engineTokens, samples: tokens ?? [] },
    known(metrics.engineMemory, figures?.memory_bytes),
  ];
}

/** Each once, though several models may lead to it. */
function targetsOf(models: readonly PublicModel[]): Target[] {
  const targets = models.flatMap(({ route }) => route.flat());
  return [...new Map(targets.map((target) => [`${target.provider} ${target.model}`, target])).values()];
}

function workerFamilies(
  workers: ReturnType<NonNullable<GatewayState['workers']>> | undefined,
): MetricFamily[] {
  if (!workers) return [];
  return [single(metrics.workers, workers.serving), single(metrics.workerRestarts, workers.restarts)];
}
