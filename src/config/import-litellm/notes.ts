// What a reader of the imported file has to know: where it stood in LiteLLM's file and what to do instead.

export interface Note {
  /** `lost`: it is not in the result. `changed`: it is, but does not mean quite the same. */
  readonly kind: 'lost' | 'changed';
  /** As in `model_list[0].litellm_params.rpm`. */
  readonly path: string;
  /** One or two sentences; never holds a value that could be a secret. */
  readonly message: string;
}

export interface Notebook {
  lost(path: string, message: string): void;
  changed(path: string, message: string): void;
  readonly notes: readonly Note[];
}

export function createNotebook(): Notebook {
  const notes: Note[] = [];
  return {
    lost: (path, message) => void notes.push({ kind: 'lost', path, message }),
    changed: (path, message) => void notes.push({ kind: 'changed', path, message }),
    notes,
  };
}
