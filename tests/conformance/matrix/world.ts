// What every client of the matrix meets: a gateway in this process and a scripted upstream, which is once an OpenAI
// account (`gpt-5.1`) and once a cluster of one's own (`cluster-model`).
import { type ScriptedUpstream, startUpstream } from '../../support/scripted-upstream.ts';
import { configOf, price, startGateway, type TestGateway, upstreamKey } from '../../support/start-gateway.ts';

export interface World extends AsyncDisposable {
  readonly upstream: ScriptedUpstream;
  readonly gateway: TestGateway;
}

export async function startWorld(server?: Record<string, string>): Promise<World> {
  const upstream = await startUpstream();
  // An upstream that fails this often would be left alone, and failing is what it is here for.
  const options = { upstreams: [upstream.url], server: { circuit_breaker: 'off', ...server } };
  const gateway = await startGateway(options);
  const config = configOf(options);
  const cluster = [[{ provider: 'cluster', model: 'upstream-model' }]];
  await gateway.configure({
    ...config,
    providers: {
      ...config.providers,
      openai: { type: 'openai', base_url: upstream.url, api_key: upstreamKey },
      cluster: { type: 'openai-compatible', base_url: upstream.url, api_key: upstreamKey },
      thinker: {
        type: 'openai-compatible',
        base_url: upstream.url,
        api_key: upstreamKey,
        capabilities: { think_tags: 'both' },
      },
    },
    models: {
      ...config.models,
      'gpt-5.1': { price, route: [[{ provider: 'openai', model: 'gpt-5.1' }]] },
      'cluster-model': { price, route: cluster },
      'thinking-model': { price, route: [[{ provider: 'thinker', model: 'upstream-model' }]] },
      'hasty-model': { price, route: cluster, timeouts: { first_token: '150ms' } },
      'impatient-model': { price, route: cluster, timeouts: { idle: '150ms' } },
    },
  });
  return {
    upstream,
    gateway,
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await upstream[Symbol.asyncDispose]();
    },
  };
}
