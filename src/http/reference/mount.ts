// The one part of the reference that the server loads at its start: the rest comes at the first request, so that a
// gateway nobody reads about pays neither memory nor start-up time for it.
import type { Exchange } from '../../core/exchange.ts';
import type { Reference } from './reference.ts';

/** Answers GET and HEAD of `referencePaths`. */
export function createReferenceEndpoint(version: string) {
  let loading: Promise<Reference> | undefined;
  return async function sendReference(exchange: Exchange, path: string): Promise<void> {
    loading ??= import('./reference.ts').then(({ createReference }) => createReference(version));
    try {
      await (await loading).send(exchange, path);
    } catch (error) {
      loading = undefined;
      throw error;
    }
  };
}
