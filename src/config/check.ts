// Walks a YAML document and the schema side by side: typed content out, and every problem with its place. Pieces with
// a problem are left out of the content, so that what follows can be checked as well in the same run.
import { type TSchema, Type } from 'typebox';
import { isAlias, isMap, isScalar, isSeq, type Node } from 'yaml';
import { fitsLeaf } from './fits-leaf.ts';
import { interpolate, type References } from './interpolate.ts';
import { annotationsOf } from './schema.ts';
import { didYouMean } from './suggest.ts';

export type Path = readonly (string | number)[];
/** A finding at a character range of the text. */
export type Say = (message: string, start: number, end: number) => void;

export interface CheckContext {
  readonly say: Say;
  readonly references: References;
  /** Told of a stored secret that cannot be decrypted, where the value fits with a mark in its place. */
  onUnreadable(message: string, path: Path, start: number, end: number): void;
  /** Names a `provider:` may have. */
  readonly providers: ReadonlySet<string>;
  readonly text: string;
}

const invalid = Symbol('invalid');
type Checked = unknown | typeof invalid;

/** The content as the schema types it, without the pieces that have problems; `undefined` if nothing is left. */
export function checkNode(schema: TSchema, node: Node | null, context: CheckContext): unknown {
  const checked = check(schema, node, [], context);
  return checked === invalid ? undefined : checked;
}

function check(schema: TSchema, node: unknown, path: Path, context: CheckContext): Checked {
  if (isAlias(node)) {
    return refuse(context, node, 'Aliases (`*name`) are not read here. Write the value out.');
  }
  const variant = Type.IsUnion(schema) ? chooseVariant(schema, node, path, context) : schema;
  if (variant === undefined) return invalid;
  if (Type.IsObject(variant)) return checkObject(variant, node, path, context);
  if (Type.IsRecord(variant)) return checkRecord(variant, node, path, context);
  if (Type.IsArray(variant)) return checkArray(variant, node, path, context);
  return checkLeaf(schema, node, path, context);
}

/** Of several shapes the one the file means: by the discriminator, or the object where a map stands. */
function chooseVariant(
  schema: TSchema,
  node: unknown,
  path: Path,
  context: CheckContext,
): TSchema | undefined {
  const variants = Type.IsUnion(schema) ? schema.anyOf : [];
  const { discriminator, expects, refuses } = annotationsOf(schema);
  if (discriminator === undefined) return (isMap(node) && variants.find(Type.IsObject)) || schema;
  if (!isMap(node)) {
    refuse(context, node, `${label(path)} must be a block of keys, with \`${discriminator}\` among them.`);
    return undefined;
  }
  const tag = node.get(discriminator, true);
  const name = isScalar(tag) ? tag.value : undefined;
  const found = variants.find((variant) => {
    const wanted = Type.IsObject(variant) ? variant.properties[discriminator] : undefined;
    return wanted !== undefined && fitsLeaf(wanted, name);
  });
  if (found) return found;
  if (tag === undefined) refuse(context, node, `${label(path)} needs \`${discriminator}\`: ${expects}.`);
  else if (typeof name === 'string' && refuses && Object.hasOwn(refuses, name)) {
    refuse(context, tag, refuses[name] ?? '');
  } else {
    const names = variants.flatMap((variant) =>
      Type.IsObject(variant) ? wordsOf(variant.properties[discriminator]) : [],
    );
    refuse(context, tag, `\`${discriminator}\` must be ${expects}.${guessAmong(names, name)}`);
  }
  return undefined;
}

function checkObject(schema: TSchema, node: unknown, path: Path, context: CheckContext): Checked {
  if (!Type.IsObject(schema)) return invalid;
  const known = Object.keys(schema.properties);
  const { refusesKeys = {} } = annotationsOf(schema);
  const content: Record<string, unknown> = {};
  let complete = true;
  const present = new Set<string>();

  for (const [key, keyNode, value] of entries(node, path, context)) {
    present.add(key);
    const property = Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined;
    if (property === undefined) {
      const why = Object.hasOwn(refusesKeys, key) ? refusesKeys[key] : undefined;
      refuse(context, keyNode, why ?? unknownKey(key, known));
      continue;
    }
    const checked = check(property, value ?? keyNode, [...path, key], context);
    if (checked !== invalid) content[key] = checked;
    else if (!Type.IsOptional(property)) complete = false;
  }
  if (!isBlock(node)) return invalid;
  for (const key of known) {
    const property = schema.properties[key];
    if (property && !Type.IsOptional(property) && !present.has(key)) {
      refuse(context, node, `${label(path)} needs \`${key}\`.`);
      complete = false;
    }
  }
  return complete ? content : invalid;
}

function checkRecord(schema: TSchema, node: unknown, path: Path, context: CheckContext): Checked {
  if (!Type.IsRecord(schema)) return invalid;
  const pattern = new RegExp(Type.RecordPattern(schema));
  const { keyExpects, refusesKey } = annotationsOf(schema);
  // Names come from outside, `__proto__` among them.
  const content: Record<string, unknown> = Object.create(null);
  for (const [key, keyNode, value] of entries(node, path, context)) {
    if (!pattern.test(key) || refusesKey?.test(key)) {
      refuse(context, keyNode, `This must be ${keyExpects}.`);
      continue;
    }
    const checked = check(Type.RecordValue(schema), value ?? keyNode, [...path, key], context);
    if (checked !== invalid) content[key] = checked;
  }
  return isBlock(node) ? content : invalid;
}

function checkArray(schema: TSchema, node: unknown, path: Path, context: CheckContext): Checked {
  if (!Type.IsArray(schema)) return invalid;
  const { expects, minItems = 0, maxItems = Number.POSITIVE_INFINITY } = annotationsOf(schema);
  if (!isSeq(node)) return refuse(context, node, `${label(path)} must be ${expects}.`);
  if (node.items.length < minItems)
    return refuse(context, node, `${label(path)} is empty; it must be ${expects}.`);
  if (node.items.length > maxItems) {
    return refuse(context, node, `${label(path)} has more than ${maxItems} elements.`);
  }
  const items = node.items.map((item, index) => check(schema.items, item, [...path, index], context));
  return items.includes(invalid) ? invalid : items;
}

function checkLeaf(schema: TSchema, node: unknown, path: Path, context: CheckContext): Checked {
  const { expects, names } = annotationsOf(schema);
  let value: unknown = isScalar(node) ? node.value : undefined;
  if (typeof value === 'string') {
    const { text, failures, unreadable } = interpolate(value, context.references);
    for (const { piece, message } of failures) refuse(context, node, message, piece);
    if (failures.length > 0) return invalid;
    value = text;
    // Only where a credential may stand, the mark will do until the secret is readable again.
    const usable = fitsLeaf(schema, value);
    for (const { piece, message } of unreadable) {
      if (usable) context.onUnreadable(message, path, ...rangeOf(context, node, piece));
      else refuse(context, node, message, piece);
    }
    if (unreadable.length > 0 && !usable) return invalid;
  }
  if (!fitsLeaf(schema, value)) {
    const guess = guessAmong(wordsOf(schema), value);
    return refuse(context, node, `${label(path)} must be ${expects}.${guess}`);
  }
  if (names === 'provider' && !context.providers.has(String(value))) {
    return refuse(context, node, unknownProvider(String(value), context.providers));
  }
  return value;
}

/** The words a leaf may be. */
function wordsOf(schema: TSchema | undefined): string[] {
  const { anyOf = [], enum: values = [], const: only } = (schema ?? {}) as Words;
  const own = [...values, only].filter((value) => typeof value === 'string');
  return [...own, ...anyOf.flatMap(wordsOf)];
}

interface Words {
  readonly anyOf?: readonly TSchema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
}

const guessAmong = (words: readonly string[], value: unknown) =>
  typeof value === 'string' ? didYouMean(value, words) : '';

const keysNeededBy: Readonly<Record<string, string>> = {
  openai: 'OPENAI_API_KEY',
  evolink: 'EVOLINK_API_KEY',
};

function unknownProvider(name: string, providers: ReadonlySet<string>): string {
  const variable = Object.hasOwn(keysNeededBy, name) ? keysNeededBy[name] : undefined;
  if (variable) return `There is no provider \`${name}\`: set ${variable}, or define it under \`providers\`.`;
  return `There is no provider with this name.${didYouMean(name, providers) || ` Defined are: ${list(providers)}.`}`;
}

function unknownKey(key: string, known: readonly string[]): string {
  const guess = didYouMean(key, known);
  // What is no word may be a secret that slipped out of its place; the masked line shows where it stands.
  const word = /^[A-Za-z][A-Za-z_-]{0,31}$/.test(key) ? ` \`${key}\`` : '';
  return `Unknown key${word}.${guess || ` Known here: ${list(known)}.`}`;
}

const list = (names: Iterable<string>) => [...names].map((name) => `\`${name}\``).join(', ');

/** An empty block (`models:` and nothing below) counts as one without keys. */
const isBlock = (node: unknown) => isMap(node) || (isScalar(node) && node.value === null) || node === null;

function entries(node: unknown, path: Path, context: CheckContext): [string, unknown, unknown][] {
  if (!isMap(node)) {
    if (!isBlock(node)) refuse(context, node, `${label(path)} must be a block of keys.`);
    return [];
  }
  const seen = new Set<string>();
  const found: [string, unknown, unknown][] = [];
  for (const { key, value } of node.items) {
    const name = isScalar(key) ? String(key.value) : '';
    if (seen.has(name)) refuse(context, key, 'This key stands here a second time. Keep one of them.');
    else found.push([name, key, value]);
    seen.add(name);
  }
  return found;
}

/** `models.x.route[0]` is said as `route[0]`: the line shows the rest. */
function label(path: Path): string {
  const start = path.findLastIndex((step) => typeof step === 'string');
  if (start === -1) return 'The file';
  return `\`${path[start]}${path
    .slice(start + 1)
    .map((index) => `[${index}]`)
    .join('')}\``;
}

function refuse(context: CheckContext, node: unknown, message: string, piece?: string): typeof invalid {
  context.say(message, ...rangeOf(context, node, piece));
  return invalid;
}

/** Of the piece inside the node, or of the node. */
function rangeOf(context: CheckContext, node: unknown, piece?: string): [start: number, end: number] {
  const [start, end] = (node as Node | null)?.range ?? [0, 0];
  const at = piece === undefined ? -1 : context.text.indexOf(piece, start);
  return piece !== undefined && at >= start && at < end ? [at, at + piece.length] : [start, end];
}
