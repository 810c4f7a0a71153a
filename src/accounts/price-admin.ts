// Prices as an administrator sets and withdraws them while gateways run. The file's price wins, so none is taken where it states
// one; rows of the ledger keep the version they were held with, so nothing that was charged changes. Knows no HTTP and no SQL.
import type { Clock } from '../core/clock.ts';
import { TollgateError } from '../core/errors.ts';
import { parseUsd } from '../core/money.ts';
import type { PublicModel } from '../core/ports.ts';
import {
  type PriceTerms,
  type TieredTerms,
  termsProblem,
  versionedPrice,
  writeTerms,
} from '../core/price-terms.ts';
import type { PriceRecord, PriceStore } from '../core/prices.ts';
import { type AuditSource, priceFacts } from './audit-facts.ts';
import { conflict, notFound } from './revisions.ts';

/** How far the clock of whoever asks may be behind. */
const behindMs = 60_000;

export interface NewPriceRequest {
  /** Public name. */
  readonly model: string;
  readonly terms: 'free' | PriceTerms;
  /** Unix ms; absent = now. */
  readonly validFrom?: number | undefined;
}

export interface PriceAdmin {
  /** Errors: `invalid_value`, `admin_conflict`. */
  set(request: NewPriceRequest, audit: AuditSource): Promise<PriceRecord>;
  /** Twice is once. Errors: `admin_not_found`, `admin_conflict`. */
  withdraw(version: string, audit: AuditSource): Promise<PriceRecord>;
}

export interface PriceAdminPorts {
  readonly store: Pick<PriceStore, 'price' | 'set' | 'withdraw'>;
  /** As they are priced now. */
  readonly models: () => readonly PublicModel[];
  /** Makes this node hear of the change at once; the others hear of it by themselves. */
  readonly changed: () => Promise<void>;
  readonly clock: Pick<Clock, 'now'>;
}

export function createPriceAdmin({ store, models, changed, clock }: PriceAdminPorts): PriceAdmin {
  function requireOpen(name: string): void {
    const model = models().find((each) => each.name === name);
    if (!model) throw invalid('model', `there is no model \`${name.slice(0, 100)}\`.`);
    if (model.priceFrom !== 'config') return;
    throw conflict(
      `tollgate.yaml states the price of \`${name}\`, and the file wins. Change it there, or take \`price\` out of it first.`,
    );
  }

  /** The change is made by then: a node that cannot read it now will do so within a second or two. */
  const tell = () => changed().catch(() => {});

  return {
    set: async ({ model, terms: given, validFrom: wanted }, audit) => {
      requireOpen(model);
      const terms = given === 'free' ? { input: 0, output: 0 } : given;
      checkTerms(terms);
      const now = clock.now();
      const validFrom = validFromOf(wanted, now);
      // The moment is part of the version, so that a price may come back later without leaving the time in which it holds now.
      const price = versionedPrice(terms, model, `admin-${new Date(validFrom).toISOString()}`);
      const { version } = price;
      const record = {
        version,
        model,
        terms: writeTerms(price),
        source: 'admin',
        validFrom,
        createdAt: now,
      } as const;
      if (!(await store.set(record, audit('price.set', version, { after: priceFacts(record) })))) {
        throw conflict('This price is set already, from the same moment on.');
      }
      await tell();
      return record;
    },
    withdraw: async (version, audit) => {
      const record = await store.price(version);
      const known = record ?? models().find(({ price }) => price?.version === version);
      if (!known) throw notFound('price', version);
      if (record?.source !== 'admin') throw conflict(notWithdrawn(record));
      if (record.withdrawnAt !== undefined) return record;
      const entry = audit('price.withdraw', version, { before: priceFacts(record) });
      await store.withdraw(version, entry.at, entry);
      await tell();
      return (await store.price(version)) ?? record;
    },
  };
}

function notWithdrawn(record: PriceRecord | undefined): string {
  return record?.source === 'seed'
    ? 'This price is of the list that came with the gateway. Set another one for the model, and that wins.'
    : 'This price was not set here but stands in tollgate.yaml, or is that of the embedded model. Change it in the file.';
}

function validFromOf(wanted: number | undefined, now: number): number {
  if (wanted === undefined) return now;
  if (wanted >= now - behindMs) return Math.max(wanted, now);
  throw invalid(
    'valid_from',
    'it lies in the past, and requests that were made keep their price. Leave it out for a price from now on.',
  );
}

/** Amounts by their path, then what is wrong with the whole. Errors: `invalid_value`. */
function checkTerms(terms: PriceTerms): void {
  checkTiered(terms, 'terms');
  for (const [name, service] of Object.entries(terms.services ?? {})) {
    const path = `terms.services.${name}`;
    if (typeof service === 'object') checkTiered(service, path);
    else if (parseUsd(service) === undefined || Number(service) > 1000) {
      throw invalid(
        path,
        'it must be a factor from 0 to 1000 on all prices, such as 0.5, or prices of its own.',
      );
    }
  }
  const wrong = termsProblem(terms);
  if (wrong !== undefined) throw invalid('terms', wrong);
}

function checkTiered({ tiers = [], ...rates }: TieredTerms, path: string): void {
  checkRates(rates, path);
  for (const [index, tier] of tiers.entries()) checkRates(tier, `${path}.tiers[${index}]`);
}

/** Members that are not amounts are of other types than these. */
function checkRates(rates: object, path: string): void {
  for (const [name, amount] of Object.entries(rates)) {
    if (notAmounts.has(name) || parseUsd(amount) !== undefined) continue;
    throw invalid(
      `${path}.${name}`,
      'it must be USD per million tokens: 0 or more, with at most 9 decimal places, such as 1.25 or "0.000125".',
    );
  }
}

const notAmounts: ReadonlySet<string> = new Set(['above', 'services', 'default_service']);

function invalid(param: string, reason: string): TollgateError {
  return new TollgateError('invalid_value', { param, values: { reason } });
}
