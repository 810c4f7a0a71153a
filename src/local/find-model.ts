// Which model file a start would use, looked at without fetching or changing anything: for `tollgate doctor`.
import { join } from 'node:path';
import { EngineFailure } from './engine-failure.ts';
import { verifyFile } from './fetching/verified-file.ts';
import { ggufProblem, modelNameOf } from './gguf-file.ts';
import { readModelSetting } from './model-setting.ts';
import { qwen3, smolLm2 } from './models.ts';

export type FoundModel =
  | { readonly kind: 'here'; readonly name: string; readonly path: string }
  /** A start would fetch one. */
  | { readonly kind: 'absent' }
  /** Set by hand and not usable; `reason` is a sentence. */
  | { readonly kind: 'unusable'; readonly reason: string };

/** `setting` is TOLLGATE_LOCAL_MODEL, but not `off`. */
export async function findLocalModel(setting: string | undefined, dataFolder: string): Promise<FoundModel> {
  try {
    const wanted = readModelSetting(setting);
    if (wanted.kind === 'path') {
      const problem = await ggufProblem(wanted.path);
      if (problem) return { kind: 'unusable', reason: `${wanted.path} ${problem}.` };
      return { kind: 'here', name: modelNameOf(wanted.path), path: wanted.path };
    }
    if (wanted.kind !== 'automatic') return { kind: 'absent' };
  } catch (error) {
    if (error instanceof EngineFailure) return { kind: 'unusable', reason: error.message };
    throw error;
  }
  for (const model of [qwen3, smolLm2]) {
    const path = join(dataFolder, 'models', model.fileName);
    const verdict = await verifyFile(path, model, {});
    if (verdict.state === 'verified') return { kind: 'here', name: model.name, path };
  }
  return { kind: 'absent' };
}
