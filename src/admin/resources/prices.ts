// `/prices`: which price is in force for which model, any version that a row of the ledger names, and prices set while the
// gateway runs.
import type { NewPriceRequest, PriceAdmin } from '../../accounts/price-admin.ts';
import { notFound } from '../../accounts/revisions.ts';
import type { AuditReader } from '../../core/audit.ts';
import { TollgateError } from '../../core/errors.ts';
import type { PublicModel } from '../../core/ports.ts';
import { writeTerms } from '../../core/price-terms.ts';
import type { PriceRecord, PriceStore } from '../../core/prices.ts';
import { listOf as listSchema } from '../contract/forms.ts';
import * as contract from '../contract/prices.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { isoTime, isoTimeOrNull, parseTime } from '../times.ts';

/** Of models that cost nothing (config/models.ts). */
const freeVersion = 'free';

export interface PriceParts {
  readonly rules: PriceAdmin;
  readonly prices: Pick<PriceStore, 'price' | 'administered' | 'history'>;
  readonly audit: AuditReader;
  readonly models: () => readonly PublicModel[];
}

export function priceEndpoints({ rules, prices, models, audit: log }: PriceParts): Endpoint[] {
  const resource = 'prices';

  const show = (record: PriceRecord): contract.Price => ({
    version: record.version,
    model: record.model,
    // All free models share one version, whoever was written down first.
    source: record.version === freeVersion ? 'free' : record.source,
    terms: JSON.parse(record.terms) as unknown,
    in_force: models().some(({ price }) => price?.version === record.version),
    valid_from: isoTime(record.validFrom),
    withdrawn_at: isoTimeOrNull(record.withdrawnAt),
    set_by: null,
  });

  async function historyOf(model: string): Promise<contract.Price[]> {
    const rows = (await prices.history(model)).map(show);
    const { items } = await log.entries({ action: 'price.set' }, { limit: 1000 });
    const actors = new Map(items.map(({ targetId, actor }) => [targetId, actor]));
    return rows.map((row) => ({ ...row, set_by: actors.get(row.version) ?? null }));
  }

  async function inForce(): Promise<contract.Price[]> {
    const data: contract.Price[] = [];
    for (const { name, price } of models()) {
      if (!price) continue;
      const record = await prices.price(price.version);
      data.push(record ? { ...show(record), model: name } : unrecorded(name, price));
    }
    return data;
  }

  return [
    endpoint({
      resource,
      method: 'GET',
      path: '/prices',
      summary: 'The prices in force, by model',
      description:
        'Models without a price are not among them; requests for those are refused. All in one page.',
      query: contract.PriceQuery,
      status: 200,
      answer: listSchema(contract.Price),
      handle: async ({ query }) => {
        if (query.history) {
          if (query.model === undefined) {
            throw new TollgateError('missing_required_parameter', { param: 'model' });
          }
          return { body: { data: await historyOf(query.model), next_cursor: null } };
        }
        const all = query.administered ? (await prices.administered()).map(show) : await inForce();
        const data = all.filter(({ model }) => query.model === undefined || model === query.model);
        return { body: { data, next_cursor: null } };
      },
    }),
    endpoint({
      resource,
      method: 'POST',
      path: '/prices',
      summary: 'Set the price of a model',
      description:
        'At every node within two seconds; requests under way keep the price they began with. Of several the one that is valid from the latest moment is in force. Where tollgate.yaml states the price, that wins: 409.',
      body: contract.NewPrice,
      status: 201,
      answer: contract.Price,
      handle: async ({ body, audit }) => {
        const { model, valid_from: from } = body;
        const validFrom = from == null ? undefined : parseTime(from, 'valid_from');
        return { body: show(await rules.set({ model, terms: termsOf(body.terms), validFrom }, audit)) };
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
    endpoint({
      resource,
      method: 'DELETE',
      path: '/prices/{version}',
      summary: 'Withdraw a price that was set here',
      description:
        'Then the one before it is in force again, else that of the list that came with the gateway, else none. It can be looked up for ever, and requests under way keep it. Others than those set here: 409.',
      status: 200,
      answer: contract.Price,
      handle: async ({ params, audit }) => ({
        body: show(await rules.withdraw(params.version ?? '', audit)),
      }),
    }),
  ];
}

function termsOf(terms: NewPriceRequest['terms'] | string): NewPriceRequest['terms'] {
  if (typeof terms === 'object' || terms === 'free') return terms;
  throw new TollgateError('invalid_value', {
    param: 'terms',
    values: {
      reason: 'it must be an object, { "input": …, "output": … } in USD per million tokens, or "free".',
    },
  });
}

/** `free`, and what this node has not written down yet. */
function unrecorded(model: string, price: NonNullable<PublicModel['price']>): contract.Price {
  return {
    version: price.version,
    model,
    source: price.version === freeVersion ? 'free' : price.version.startsWith('seed') ? 'seed' : 'config',
    terms: JSON.parse(writeTerms(price)) as unknown,
    in_force: true,
    valid_from: null,
    withdrawn_at: null,
    set_by: null,
  };
}
