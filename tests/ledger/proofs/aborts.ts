// Clients that leave at random points: the prompt and exactly what was delivered is charged, and the upstream writes nothing
// more. In lockstep, where the upstream writes a piece only when the client has the one before, the two are compared token by
// token; running freely, it is counted how much was written behind a client that had gone.
import assert from 'node:assert/strict';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { type BookRow, untilSettled } from './books.ts';
import { type Client, createClient, promptOf, writtenIn } from './client.ts';
import { createRandom, type Random } from './random.ts';
import { type DatabaseName, inputPrice, openSite, outputPrice, type Site } from './site.ts';
import { type Accepted, type Behaviour, pieceOf } from './upstream-terms.ts';

export interface AbortOptions {
  readonly database: DatabaseName;
  /** Clients in lockstep, and as many that run freely. */
  readonly clients: number;
  readonly seed: number;
}

export interface AbortFigures {
  readonly beforeFirstToken: number;
  readonly midStream: number;
  readonly afterLastByte: number;
  readonly wholeAnswers: number;
  /** Pieces the upstream wrote after the client had left: none in lockstep; running freely, the median and the most. */
  readonly writtenAfter: { readonly lockstep: number; readonly median: number; readonly most: number };
  /** Pieces charged beyond those the client had read, running freely. */
  readonly chargedBeyond: { readonly median: number; readonly most: number };
}

type Point = 'before the first token' | 'mid-stream' | 'after the last byte' | 'whole answer';

interface Left {
  readonly nonce: string;
  readonly point: Point;
  readonly behaviour: Partial<Behaviour>;
  /** Pieces the client had when it left. */
  readonly pieces: number;
  /** Unix ms with fractions. */
  readonly at: number;
}

const points: readonly Point[] = [
  'before the first token',
  'mid-stream',
  'mid-stream',
  'mid-stream',
  'after the last byte',
  'whole answer',
];
const usages = ['end', 'none', 'growing'] as const;
const pieces = 12;
/** Free-running streams are so long that only an abort ends them. */
const freePieces = 2_000;
const freeEveryMs = 10;

export async function aborts({ database, clients, seed }: AbortOptions): Promise<AbortFigures> {
  await using site = await openSite({ database, nodes: 1 });
  const { id, key } = await site.newKey('leaving');
  const limit = { scope: { key: id }, metric: 'cost', window: 'lifetime', amount: 1_000 } as const;
  const { id: limitId } = await site.newLimit(limit);
  using client = createClient(key);
  const random = createRandom(seed);
  const left: Left[] = [];
  for (let index = 0; index < clients; index += 16) {
    const some = Array.from({ length: Math.min(16, clients - index) }, (_, more) => index + more);
    left.push(...(await Promise.all(some.map((each) => leave(site, client, random, `step-${each}`)))));
  }
  const free: Left[] = [];
  for (let index = 0; index < clients; index += 8) {
    const some = Array.from({ length: Math.min(8, clients - index) }, (_, more) => index + more);
    free.push(...(await Promise.all(some.map((each) => leaveFreely(site, client, random, `free-${each}`)))));
  }
  await untilSettled(site.books);
  const { accepted } = await site.upstream.report();
  const rows = new Map((await site.books.rows()).map((row) => [row.nonce, row]));
  const records = new Map(accepted.map((record) => [record.nonce, record]));
  let lockstep = 0;
  for (const each of left) {
    const record = records.get(each.nonce);
    compare(each, row(rows, each), record);
    lockstep += record?.pieces.filter((at) => at > each.at).length ?? 0;
  }
  const behind = free.map((each) => measure(each, row(rows, each), records.get(each.nonce)));
  const standing = await site.limit(limitId);
  const spent = [...rows.values()].reduce((sum, { cost }) => sum + cost, 0n);
  assert.deepEqual([standing.settled_nanousd, standing.held_nanousd], [String(spent), '0']);
  await site.verify();
  const of = (point: Point) => left.filter((each) => each.point === point).length;
  return {
    beforeFirstToken: of('before the first token'),
    midStream: of('mid-stream') + free.length,
    afterLastByte: of('after the last byte'),
    wholeAnswers: of('whole answer'),
    writtenAfter: { lockstep, ...spread(behind.map(({ written }) => written)) },
    chargedBeyond: spread(behind.map(({ charged }) => charged)),
  };
}

const now = () => performance.timeOrigin + performance.now();

/** One client in lockstep with the upstream. */
async function leave(site: Site, client: Client, random: Random, nonce: string): Promise<Left> {
  const point = random.pick(points);
  const gated = point === 'before the first token' || point === 'whole answer' ? 1 : 0;
  const behaviour = { gated, pieces, lockstep: true, usage: random.pick(usages) } as const;
  const wanted = point === 'after the last byte' ? pieces : 1 + random.below(pieces - 1);
  let had = 0;
  const arrival = site.upstream.arrival(nonce);
  const exchange = client.ask(url(site), {
    nonce,
    behaviour,
    stream: point !== 'whole answer',
    maxTokens: 1_000,
    onData(text) {
      const more = text.match(/ of the answer,/g)?.length ?? 0;
      had += more;
      if (gated || (more === 0 && !text.includes('[DONE]'))) return;
      if (point === 'mid-stream' && had >= wanted) exchange.leave();
      else if (had < pieces) site.upstream.step(nonce);
      // Behind the last byte: the connection is cut instead of kept.
      else if (text.includes('[DONE]')) exchange.leave();
    },
  });
  await arrival;
  if (gated) exchange.leave();
  // Nothing reaches the client before the first piece; with each it asks for the next.
  else site.upstream.step(nonce);
  await exchange.answer;
  return { nonce, point, behaviour, pieces: had, at: now() };
}

async function leaveFreely(site: Site, client: Client, random: Random, nonce: string): Promise<Left> {
  const behaviour = { pieces: freePieces, everyMs: freeEveryMs, usage: 'none' } as const;
  const wanted = 1 + random.below(40);
  let body = '';
  let at = 0;
  let had = 0;
  const exchange = client.ask(url(site), {
    nonce,
    behaviour,
    stream: true,
    maxTokens: 50_000,
    onData(text) {
      body += text;
      had += text.match(/ of the answer,/g)?.length ?? 0;
      if (had < wanted || at > 0) return;
      at = now();
      exchange.leave();
    },
  });
  await exchange.answer;
  assert.ok(writtenIn(body).startsWith(pieceOf(0)));
  return { nonce, point: 'mid-stream', behaviour, pieces: had, at };
}

const url = (site: Site) => String(site.nodes[0]?.url);

function row(rows: ReadonlyMap<string, BookRow>, { nonce }: Left): BookRow {
  const found = rows.get(nonce);
  assert.ok(found, `${nonce} has no row`);
  return found;
}

const textOf = (count: number) => Array.from({ length: count }, (_, index) => pieceOf(index)).join('');
/** As docs/budgets.md and OpenAI count a chat of one message: its text and 4. */
const promptTokens = (behaviour: Partial<Behaviour>) => countTokens(promptOf(behaviour)) + 4;

/** What the row must say, worked out anew from what the client had. */
function expected({ point, behaviour, pieces: had }: Left) {
  const counted = {
    input: promptTokens(behaviour),
    output: had === 0 ? 0 : countTokens(textOf(had)),
    source: 'estimated',
    partial: true,
  };
  if (point === 'after the last byte') {
    if (behaviour.usage === 'none') return { ...counted, partial: false };
    const output = behaviour.usage === 'growing' ? pieces : 40;
    return { input: 300, output, source: 'reported', partial: false };
  }
  // An upstream that reports as it goes: its prompt, and what was delivered where it reported less.
  if (point === 'mid-stream' && behaviour.usage === 'growing') return { ...counted, input: 300 };
  return counted;
}

function compare(left: Left, found: BookRow, record: Accepted | undefined): void {
  const why = JSON.stringify({
    ...left,
    found: { ...found, hold: 0, cost: Number(found.cost), uncharged: 0 },
  });
  const { input, output, source, partial } = expected(left);
  assert.deepEqual(
    { state: found.state, input: found.input, output: found.output, source: found.usageSource },
    { state: 'settled', input, output, source },
    why,
  );
  // Whether a connection that is cut right behind the last byte cut off anything is for the system to say.
  if (partial) assert.ok(found.partial && found.error === 'client_aborted', why);
  assert.equal(found.cost, BigInt(input) * inputPrice + BigInt(output) * outputPrice, why);
  assert.equal(record?.end?.how, partial ? 'aborted' : 'finished', why);
  if (left.point !== 'whole answer') assert.equal(record?.pieces.length, left.pieces, why);
}

function measure(left: Left, found: BookRow, record: Accepted | undefined) {
  assert.equal(record?.end?.how, 'aborted');
  assert.equal(found.input, promptTokens(left.behaviour));
  const written = record.pieces.length;
  assert.ok(written < freePieces);
  // Charged is the text of whole pieces: no fewer than the client read, no more than the upstream wrote.
  let charged = left.pieces;
  while (charged < written && countTokens(textOf(charged)) < found.output) charged++;
  assert.equal(
    found.output,
    countTokens(textOf(charged)),
    `${left.nonce}: ${left.pieces} read, ${written} written`,
  );
  return {
    written: record.pieces.filter((at) => at > left.at).length,
    charged: charged - left.pieces,
  };
}

function spread(values: readonly number[]) {
  const sorted = [...values].sort((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)] ?? 0, most: sorted.at(-1) ?? 0 };
}
