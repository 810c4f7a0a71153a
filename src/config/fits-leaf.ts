// Whether a value of tollgate.yaml fits the schema of its leaf. Knows the few keywords that leaves of schema.ts have: a
// whole validator would be loaded at every start and held in memory for them.
import type { TSchema } from 'typebox';

interface Leaf {
  readonly anyOf?: readonly TSchema[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly type?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly accepts?: (value: never) => boolean;
}

/** The keywords understood here; a test holds schema.ts to them. */
export const leafKeywords: ReadonlySet<string> = new Set([
  'anyOf',
  'const',
  'enum',
  'type',
  'pattern',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'accepts',
]);

export function fitsLeaf(schema: TSchema, value: unknown): boolean {
  const leaf = schema as Leaf;
  if (leaf.anyOf && !leaf.anyOf.some((branch) => fitsLeaf(branch, value))) return false;
  if (leaf.enum && !leaf.enum.includes(value)) return false;
  if ('const' in leaf && leaf.const !== value) return false;
  if (leaf.type !== undefined && !isOfType(leaf.type, value)) return false;
  if (typeof value === 'string' && leaf.pattern !== undefined && !new RegExp(leaf.pattern, 'u').test(value)) {
    return false;
  }
  if (typeof value === 'number' && !isInRange(leaf, value)) return false;
  return leaf.accepts === undefined || leaf.accepts(value as never);
}

function isOfType(type: string, value: unknown): boolean {
  switch (type) {
    case 'string':
      return typeof value === 'string';
    case 'boolean':
      return typeof value === 'boolean';
    case 'number':
      return typeof value === 'number' && Number.isFinite(value);
    case 'integer':
      return Number.isInteger(value);
    default:
      // Objects and arrays are no leaves.
      return false;
  }
}

function isInRange({ minimum, maximum, exclusiveMinimum }: Leaf, value: number): boolean {
  if (minimum !== undefined && value < minimum) return false;
  if (maximum !== undefined && value > maximum) return false;
  return exclusiveMinimum === undefined || value > exclusiveMinimum;
}
