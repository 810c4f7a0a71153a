// `/prices`: which price is in force for which model, and any version that a row of the ledger names.
import { notFound } from '../../accounts/revisions.ts';
import type { PublicModel } from '../../core/ports.ts';
import { writeTerms } from '../../core/price-terms.ts';
import type { PriceRecord, PriceStore } from '../../core/prices.ts';
import { listOf as listSchema } from '../contract/forms.ts';
import * as contract from '../contract/models.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { isoTime } from '../times.ts';

export interface PriceParts {
  readonly prices: PriceStore;
  readonly models: () => readonly PublicModel[];
}

export function priceEndpoints({ prices, models }: PriceParts): Endpoint[] {
  const resource = 'prices';
  const inForce = (version: string) => models().some(({ price }) => price?.version === version);

  const show = (record: PriceRecord): contract.Price => ({
    version: record.version,
    model: record.model,
    source: record.source,
    terms: JSON.parse(record.terms) as unknown,
    in_force: inForce(record.version),
    valid_from: isoTime(record.validFrom),
  });

  return [
    endpoint({
      resource,
      method: 'GET',
      path: '/prices',
      summary: 'The prices in force, by model',
      description: 'Models without a price are not among them; requests for those are refused.',
      status: 200,
      answer: listSchema(contract.Price),
      handle: async () => {
        const data: contract.Price[] = [];
        for (const { name, price } of models()) {
          if (!price) continue;
          const record = await prices.price(price.version);
          data.push(record ? { ...show(record), model: name } : unrecorded(name, price));
        }
        return { body: { data, next_cursor: null } };
      },
    }),
    endpoint({
      resource,
      method: 'GET',
      path: '/prices/{version}',
      summary: 'A version of a price, for ever: rows of the ledger name it',
      status: 200,
      answer: contract.Price,
      handle: async ({ params }) => {
        const record = await prices.price(params.version ?? '');
        if (record) return { body: show(record) };
        const model = models().find(({ price }) => price?.version === params.version);
        if (!model?.price) throw notFound('price', params.version ?? '');
        return { body: unrecorded(model.name, model.price) };
      },
    }),
  ];
}

/** `free`, and what this node has not written down yet. */
function unrecorded(model: string, price: NonNullable<PublicModel['price']>): contract.Price {
  return {
    version: price.version,
    model,
    source: price.version === 'free' ? 'free' : price.version.startsWith('seed') ? 'seed' : 'config',
    terms: JSON.parse(writeTerms(price)) as unknown,
    in_force: true,
    valid_from: null,
  };
}
