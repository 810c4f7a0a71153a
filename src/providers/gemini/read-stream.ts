// A stream of Gemini: responses one after the other, without an end of its own. Each has the counts so far.
import type { DialectReader } from '../dialect/adapter.ts';
import { createCandidateReader } from './read-candidates.ts';

export function createReader(newCallId: () => string): DialectReader {
  const reader = createCandidateReader(newCallId);
  // The last response has the finish and the final counts, but another choice may still be under way: the end of the
  // body is the end of the stream.
  return { read: reader.read, done: () => false };
}
