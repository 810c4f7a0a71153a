// The state of the gateway's parts at the moment somebody asks: circuits, load, engine, configuration, store.
import type { EngineState, PublicModel } from '../../core/ports.ts';
import type { CircuitState, TargetHealth } from '../../routing/health.ts';
import type { Target } from '../../routing/target.ts';
import { metrics } from './catalogue.ts';
import { gauge, type MetricFamily, type Sample } from './instruments.ts';
import { single } from './process-metrics.ts';

export interface GatewayState {
  readonly models: () => readonly PublicModel[];
  readonly health: Pick<TargetHealth, 'condition'>;
  readonly engine: () => EngineState;
  readonly generation: () => number;
  readonly configRefused: () => boolean;
  readonly storeAvailable: () => boolean;
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

export function gatewayFamilies(state: GatewayState): MetricFamily[] {
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
    single(metrics.configGeneration, state.generation()),
    single(metrics.configRefused, Number(state.configRefused())),
    single(metrics.storeUp, Number(state.storeAvailable())),
  ];
}

/** Each once, though several models may lead to it. */
function targetsOf(models: readonly PublicModel[]): Target[] {
  const targets = models.flatMap(({ route }) => route.flat());
  return [...new Map(targets.map((target) => [`${target.provider} ${target.model}`, target])).values()];
}
