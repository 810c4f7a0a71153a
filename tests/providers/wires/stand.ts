// One gateway, and behind it one upstream for each wire, on loopback, each with a model of its own name.
import { type ScriptedUpstream, startUpstream } from '../../support/scripted-upstream.ts';
import { price, startGateway, type TestGateway } from '../../support/start-gateway.ts';
import { type WireName, wireNames, wires } from './all.ts';
import { perfectModel } from './perfect-model.ts';
import { type Asked, Refused, type Wire } from './wire.ts';

export interface Place {
  readonly wire: Wire;
  /** Public name of its model. */
  readonly model: string;
  readonly upstream: ScriptedUpstream;
  /** What its model was asked, oldest first; a request it refused throws here. */
  heard(): readonly Asked[];
  /** Lets the perfect model speak again, and forgets what it was asked. */
  reset(): void;
}

export interface Stand extends AsyncDisposable {
  readonly gateway: TestGateway;
  readonly at: Readonly<Record<WireName, Place>>;
}

/** `members`: of every model, such as `timeouts`. */
export async function startStand(members: object = {}): Promise<Stand> {
  const places = await Promise.all(wireNames.map(async (name) => [name, await startPlace(name)] as const));
  const at = Object.fromEntries(places) as Record<WireName, Place>;
  const gateway = await startGateway({ upstreams: [at.openai.upstream.url] });
  // Upstreams that fail this often would be left alone, and failing is what they are here for.
  await gateway.configure({
    server: { circuit_breaker: 'off' },
    providers: Object.fromEntries(
      places.map(([, { wire, model, upstream }]) => [
        model,
        { api_key: 'sk-0123456789abcdefghijklmn', ...wire.provider(`http://127.0.0.1:${upstream.port}`) },
      ]),
    ),
    models: Object.fromEntries(
      places.map(([, { wire, model }]) => [
        model,
        { price, route: [[{ provider: model, model: wire.model }]], ...members },
      ]),
    ),
  });
  return {
    gateway,
    at,
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      for (const { upstream } of Object.values(at)) await upstream[Symbol.asyncDispose]();
    },
  };
}

async function startPlace(name: WireName): Promise<Place> {
  const wire: Wire = wires[name];
  let heard: (Asked | Refused)[] = [];
  const script = perfectModel(wire, (asked) => heard.push(asked));
  const upstream = await startUpstream(script);
  return {
    wire,
    model: `a-${name.replaceAll(/[^a-z-]+/g, '-').replace(/-$/, '')}`,
    upstream,
    heard() {
      for (const one of heard) if (one instanceof Refused) throw one;
      return heard as Asked[];
    },
    reset() {
      heard = [];
      upstream.always(script);
    },
  };
}
