// Every provider folder has the same files, so that a difference between two providers is a difference of facts.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..', 'src', 'providers');
/** What the translated dialects share, and what all call over; no providers themselves. */
const shared = ['dialect', 'transport'];
const files = [
  'adapter.ts',
  'to-request.ts',
  'read-whole.ts',
  'read-stream.ts',
  'map-usage.ts',
  'map-finish-reason.ts',
  'map-error.ts',
];

const providers = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !shared.includes(entry.name))
  .map(({ name }) => name);

test.each(providers)('%s', (provider) => {
  expect(files.filter((file) => !existsSync(join(root, provider, file)))).toEqual([]);
});

test('there are providers', () => expect(providers.length).toBeGreaterThan(2));
