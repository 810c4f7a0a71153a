// The two servers whose results docs/conformance.md publishes: the gateway in front of a perfect model, and the gateway
// with its embedded model.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { catalogue } from '../../src/conformance/catalogue.ts';
import { type CheckResult, runChecks } from '../../src/conformance/run.ts';
import { connectTo } from '../../src/conformance/server.ts';
import { realModel } from '../support/real-model.ts';
import { startUpstream } from '../support/scripted-upstream.ts';
import { serveProcess } from '../support/serve-process.ts';
import { startGateway } from '../support/start-gateway.ts';
import { conformingModel } from './conforming-model.ts';

/** All checks against the gateway in front of a scripted upstream. */
export async function scriptedResults(): Promise<CheckResult[]> {
  await using upstream = await startUpstream(conformingModel);
  await using gateway = await startGateway({ upstreams: [upstream.url] });
  return await resultsOf(gateway.url, gateway.key, 'test-model');
}

/** All checks against the gateway as a process with the small real model, or why there is none on this machine. */
export async function embeddedResults(): Promise<CheckResult[] | { readonly missing: string }> {
  const model = await realModel();
  if ('missing' in model) return model;
  const data = await mkdtemp(join(tmpdir(), 'tollgate-conformance-'));
  try {
    const key = 'conformance-0123456789';
    await using serve = await serveProcess({
      data,
      environment: { TOLLGATE_LOCAL_MODEL: model.path, TOLLGATE_BOOTSTRAP_KEY: key },
    });
    await serve.ready(120_000);
    const results = await resultsOf(serve.url, key, 'gpt-5.1');
    await serve.end('SIGTERM');
    return results;
  } finally {
    await rm(data, { recursive: true, force: true });
  }
}

async function resultsOf(url: string, apiKey: string, model: string): Promise<CheckResult[]> {
  await using server = connectTo({
    baseUrl: `${url}/v1`,
    apiKey,
    model,
    timeoutMs: 120_000,
    large: true,
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  });
  const results: CheckResult[] = [];
  for await (const result of runChecks(catalogue, server, () => performance.now())) results.push(result);
  return results;
}

/** What keeps a result from being a pass, for a test that says it whole. */
export function shortcomings(results: readonly CheckResult[]) {
  return results
    .filter(({ outcome }) => outcome !== 'pass')
    .map(({ check, outcome, mismatches, reason }) => ({ id: check.id, outcome, mismatches, reason }));
}
