// What one row of the ledger must be: its charge recomputed from its own usage and the version of the price it names.
import type { LedgerFact, StoredNode } from '../core/ledger-snapshot.ts';
import { costOf, type NanoUsd, type Price } from '../core/money.ts';
import { parseTerms, versionOf } from '../core/price-terms.ts';
import type { PriceRecord } from '../core/prices.ts';
import type { Finding } from './ledger-finding.ts';

export type PriceLookup = (version: string) => Price | undefined;

export interface PriceBook {
  readonly lookup: PriceLookup;
  /** Prices whose terms are not what their version says. */
  readonly findings: readonly Finding[];
  /** Unix ms; Infinity where there is none. Rows of before may name versions nobody kept. */
  readonly since: number;
}

/** Known without being kept: it costs nothing. */
const free: Price = Object.freeze({ version: 'free', input: 0n, output: 0n });
/** As `versionOf` of core/price-terms.ts makes them. Releases that made such versions kept them all. */
const keptVersion = /@[0-9a-f]{12}$/;

export function readPriceBook(records: readonly PriceRecord[]): PriceBook {
  const prices = new Map<string, Price>([[free.version, free]]);
  const findings: Finding[] = [];
  for (const record of records) {
    const price = readPrice(record);
    if (price === undefined) findings.push(wrongTerms(record));
    else prices.set(record.version, price);
  }
  return {
    lookup: (version) => prices.get(version),
    findings,
    since: records.reduce((first, { createdAt }) => Math.min(first, createdAt), Number.POSITIVE_INFINITY),
  };
}

function readPrice({ version, model, terms }: PriceRecord): Price | undefined {
  try {
    const price = parseTerms(terms, version);
    const at = version.lastIndexOf('@');
    const named = at === -1 ? version : versionOf(price, model, version.slice(0, at));
    return named === version ? price : undefined;
  } catch {
    // Whatever is wrong with the text: it is not what was written.
    return undefined;
  }
}

function wrongTerms({ version, terms }: PriceRecord): Finding {
  return { kind: 'price', id: version, what: 'terms', expected: 'those of this version', found: terms };
}

/** What the row must be charged, or why that cannot be said. */
export type Recomputed =
  | { readonly cost: NanoUsd; readonly uncharged: NanoUsd }
  | { readonly unknown: 'price' };

export function recompute(row: LedgerFact, prices: PriceLookup): Recomputed {
  if (row.state !== 'settled' || !row.usage) return { cost: 0n, uncharged: 0n };
  const price = prices(row.priceVersion);
  if (!price) return { unknown: 'price' };
  const full = costOf(row.usage, price);
  const excess = full - row.hold;
  const uncharged = excess > 0n ? excess : 0n;
  return { cost: full - uncharged, uncharged };
}

/** `undefined` when the version is unknown, and rightly so: row and version are older than the table of prices. */
export function checkRow(row: LedgerFact, book: PriceBook): readonly Finding[] | undefined {
  if (row.state === 'held') return [];
  const right = recompute(row, book.lookup);
  if ('unknown' in right) {
    if (row.startedAt < book.since && !keptVersion.test(row.priceVersion)) return undefined;
    const what = 'price_version';
    return [{ kind: 'price', id: row.id, what, expected: 'a price that is kept', found: row.priceVersion }];
  }
  return [
    ...difference(row.id, 'cost_nanousd', right.cost, row.cost ?? 0n),
    ...difference(row.id, 'uncharged_nanousd', right.uncharged, row.uncharged),
  ];
}

function difference(id: string, what: string, expected: bigint, found: bigint): Finding[] {
  return expected === found
    ? []
    : [{ kind: 'row', id, what, expected: String(expected), found: String(found) }];
}

/** Whether the node that holds a row may still settle it: it was not stopped, and has not started anew since. */
export function createNodeCheck(nodes: readonly StoredNode[]): (row: LedgerFact) => readonly Finding[] {
  const byEpoch = new Map(nodes.map((node) => [node.epoch, node]));
  const newest = new Map<string, number>();
  for (const { id, epoch } of nodes) newest.set(id, Math.max(epoch, newest.get(id) ?? 0));
  return ({ id, state, nodeEpoch }) => {
    if (state !== 'held') return [];
    const node = byEpoch.get(nodeEpoch);
    const why = !node
      ? 'no node has had it'
      : node.stoppedAt !== undefined
        ? 'stopped'
        : (newest.get(node.id) ?? 0) > nodeEpoch
          ? 'started anew since'
          : undefined;
    if (why === undefined) return [];
    return [
      { kind: 'held', id, what: 'node', expected: 'a node that runs', found: `epoch ${nodeEpoch}: ${why}` },
    ];
  };
}
