import fc from 'fast-check';
import type { TSchema } from 'typebox';
import { Check } from 'typebox/value';
import { expect, it } from 'vitest';
import { fitsLeaf, leafKeywords } from './fits-leaf.ts';
import { TollgateYaml } from './schema.ts';

/** Every schema in schema.ts that is no container. */
function leavesOf(schema: Record<string, unknown>): Record<string, unknown>[] {
  const inside = [schema.properties, schema.patternProperties]
    .flatMap((members) => Object.values((members ?? {}) as Record<string, unknown>))
    .concat(schema.items ?? [], (schema.anyOf as unknown[]) ?? []) as Record<string, unknown>[];
  if (schema.type === 'object' || schema.type === 'array') return inside.flatMap(leavesOf);
  return [schema, ...inside.flatMap(leavesOf)];
}

const leaves = leavesOf(TollgateYaml as unknown as Record<string, unknown>);
/** Of a container: read by check.ts itself. */
const annotations = new Set(['expects', 'names', 'discriminator', 'refuses']);

it('knows every keyword of every leaf', () => {
  expect(leaves.length).toBeGreaterThan(40);
  const unknown = leaves.flatMap((leaf) =>
    Object.keys(leaf).filter((keyword) => !leafKeywords.has(keyword) && !annotations.has(keyword)),
  );
  expect(unknown).toEqual([]);
});

/** TypeBox's own validator, with `accepts` as it stands in the branches. */
function validates(leaf: Record<string, unknown>, value: unknown): boolean {
  const { accepts, anyOf, ...rest } = leaf as {
    accepts?: (given: unknown) => boolean;
    anyOf?: Record<string, unknown>[];
  };
  if (!Check(rest as TSchema, value) || (anyOf && !anyOf.some((branch) => validates(branch, value))))
    return false;
  return accepts === undefined || accepts(value);
}

it('says what a validator says', () => {
  const samples = fc.oneof(
    fc.constantFrom<unknown>(null, undefined, true, 'off', 'free', 'weighted', '5s', '1.25', 'a b', {}, []),
    fc.string(),
    fc.double(),
    fc.integer(),
  );
  fc.assert(
    fc.property(fc.constantFrom(...leaves), samples, (leaf, value) => {
      // Branches that are containers are not for this function.
      fc.pre(typeof value !== 'object' || value === null);
      expect(fitsLeaf(leaf as unknown as TSchema, value)).toBe(validates(leaf, value));
    }),
    { numRuns: 3_000 },
  );
});
