// Reads TOLLGATE_LOCAL_MODEL: nothing, `off`, a path, or `hf:owner/repo/file.gguf[@revision]`. Pure.
import { EngineFailure } from './engine-failure.ts';
import type { HuggingFaceSource } from './models.ts';

export type ModelSetting =
  | { readonly kind: 'automatic' }
  | { readonly kind: 'off' }
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'hugging-face'; readonly source: HuggingFaceSource };

/** Throws EngineFailure when an `hf:` setting does not name a file. */
export function readModelSetting(setting: string | undefined): ModelSetting {
  const text = setting?.trim() ?? '';
  if (text === '') return { kind: 'automatic' };
  if (text.toLowerCase() === 'off') return { kind: 'off' };
  if (/^hf:/i.test(text)) return { kind: 'hugging-face', source: readHuggingFace(text) };
  return { kind: 'path', path: text };
}

// Names become folders below the models folder, so nothing in them may climb out of it.
const segment = /^(?!\.)[\w.-]{1,200}$/;

function readHuggingFace(text: string): HuggingFaceSource {
  const [location = '', revision = 'main', ...rest] = text.slice('hf:'.length).split('@');
  const segments = location.split('/');
  const valid =
    rest.length === 0 &&
    segments.length >= 3 &&
    location.toLowerCase().endsWith('.gguf') &&
    [...segments, ...revision.split('/')].every((part) => segment.test(part));
  if (!valid) {
    throw new EngineFailure(
      `TOLLGATE_LOCAL_MODEL=${text} is not of the form hf:owner/repository/file.gguf or hf:owner/repository/file.gguf@revision.`,
    );
  }
  const [owner, repository, ...path] = segments;
  return {
    kind: 'hugging-face',
    repository: `${owner}/${repository}`,
    revision,
    path: path.join('/'),
  };
}
