import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { costOf, formatUsd, type Price, parseUsd, type Rates, withService, worstPrices } from './money.ts';
import type { Usage } from './usage.ts';

const price: Price = {
  version: 'test',
  input: 1_250_000_000n,
  cachedInput: 125_000_000n,
  output: 10_000_000_000n,
};

describe('costOf', () => {
  test('one ceiling division over the sum of all classes', () => {
    expect(costOf({ input: 1_000_000, output: 0 }, price)).toBe(1_250_000_000n);
    expect(costOf({ input: 8, output: 292 }, price)).toBe(2_930_000n);
    expect(costOf({ input: 100, output: 0, cachedInput: 60 }, price)).toBe(57_500n);
    // Two thirds of a nano-USD in two classes are one, not two.
    const tiny = { version: 'tiny', input: 333_333n, output: 333_333n };
    expect(costOf({ input: 1, output: 1 }, tiny)).toBe(1n);
    expect(costOf({ input: 0, output: 0 }, price)).toBe(0n);
  });

  test('classes without a price of their own cost what input or output costs', () => {
    const plain = { version: 'plain', input: 1_000_000n, output: 2_000_000n };
    expect(costOf({ input: 10, output: 10, cachedInput: 4, cacheWrite: 3, reasoning: 7 }, plain)).toBe(30n);
    expect(costOf({ input: 10, output: 10, cacheWrite: 3 }, { ...plain, cacheWrite: 5_000_000n })).toBe(42n);
    expect(costOf({ input: 10, output: 10, reasoning: 7 }, { ...plain, reasoning: 3_000_000n })).toBe(37n);
  });

  test('equals the sum in exact arithmetic, rounded up once, for any counts and prices', () => {
    const count = fc.integer({ min: 0, max: 2 ** 40 });
    const amount = fc.bigInt({ min: 0n, max: 10n ** 15n });
    fc.assert(
      fc.property(
        count,
        count,
        count,
        count,
        count,
        amount,
        amount,
        amount,
        (plain, cached, written, spoken, thought, a, b, c) => {
          const usage = {
            input: plain + cached + written,
            output: spoken + thought,
            cachedInput: cached,
            cacheWrite: written,
            reasoning: thought,
          };
          const sum =
            BigInt(plain) * a +
            BigInt(cached) * b +
            BigInt(written) * a +
            BigInt(spoken) * c +
            BigInt(thought) * c;
          const cost = costOf(usage, { version: '', input: a, cachedInput: b, output: c });
          expect(cost * 1_000_000n >= sum && (cost - 1n) * 1_000_000n < sum).toBe(true);
        },
      ),
    );
  });
});

describe('prices with more to them', () => {
  const usd = (text: string) => parseUsd(text) ?? 0n;
  const gemini: Price = {
    version: 'gemini',
    input: usd('1.25'),
    cachedInput: usd('0.125'),
    output: usd('10'),
    audioInput: usd('3'),
    tiers: [
      { above: 200_000, input: usd('2.5'), cachedInput: usd('0.25'), output: usd('15') },
      { above: 500_000, input: usd('5'), output: usd('30') },
    ],
  };
  const openai: Price = {
    version: 'openai',
    input: usd('1.25'),
    output: usd('10'),
    services: {
      flex: { input: usd('0.625'), output: usd('5') },
      priority: {
        input: usd('2.5'),
        output: usd('20'),
        tiers: [{ above: 99, input: usd('9'), output: usd('90') }],
      },
    },
  };

  test.each([
    [200_000, '0.25'],
    [200_001, '0.5000025'],
    [500_000, '1.25'],
    [500_001, '2.500005'],
  ])('a prompt of %i tokens is priced by the tier it falls in, the whole of it: %s USD', (input, cost) => {
    expect(formatUsd(costOf({ input, output: 0 }, gemini))).toBe(cost);
  });

  test('the answer and the cached part cost what that tier says too', () => {
    const usage = { input: 300_000, cachedInput: 100_000, output: 1_000 };
    expect(formatUsd(costOf(usage, gemini))).toBe('0.54');
    // The second tier has no price of its own for cached input.
    expect(formatUsd(costOf({ ...usage, input: 600_000 }, gemini))).toBe('3.03');
  });

  test.each([
    [undefined, '0.1125'],
    ['default', '0.1125'],
    ['flex', '0.05625'],
    ['priority', '0.99'],
    ['fast', '0.99'],
    ['auto', '0.1125'],
    ['gold', '0.1125'],
    ['__proto__', '0.1125'],
    ['constructor', '0.1125'],
  ])('processed as %s it costs %s USD', (serviceTier, cost) => {
    const usage = { input: 10_000, output: 10_000, ...(serviceTier === undefined ? {} : { serviceTier }) };
    expect(formatUsd(costOf(usage, openai))).toBe(cost);
  });

  test('where the account has a service set, requests that name none cost that', () => {
    const preset = { ...openai, defaultService: 'flex' };
    expect(formatUsd(costOf({ input: 10_000, output: 10_000 }, preset))).toBe('0.05625');
    expect(formatUsd(costOf({ input: 10_000, output: 10_000, serviceTier: 'default' }, preset))).toBe(
      '0.1125',
    );
  });

  test('audio, images and caches of an hour have prices of their own, or those of their kind', () => {
    const rates = {
      version: 'all',
      input: 1_000_000n,
      output: 10_000_000n,
      cachedInput: 2_000_000n,
      cacheWrite: 3_000_000n,
      cacheWrite1h: 4_000_000n,
      audioInput: 5_000_000n,
      cachedAudioInput: 6_000_000n,
      imageInput: 7_000_000n,
      reasoning: 11_000_000n,
      audioOutput: 12_000_000n,
      imageOutput: 13_000_000n,
    };
    const usage: Usage = {
      input: 1_111_111,
      cachedInput: 1_100,
      cachedAudioInput: 1_000,
      cacheWrite: 110_000,
      cacheWrite1h: 100_000,
      audioInput: 1_000_000,
      imageInput: 10,
      output: 1_111,
      reasoning: 1_000,
      audioOutput: 100,
      imageOutput: 10,
    };
    const parts = { plain: 1, cached: 100, write: 10_000 };
    expect(costOf(usage, rates)).toBe(
      BigInt(
        parts.plain + parts.cached * 2 + 1_000 * 6 + parts.write * 3 + 100_000 * 4 + 1_000_000 * 5 + 70,
      ) + BigInt(1 * 10 + 1_000 * 11 + 100 * 12 + 10 * 13),
    );
    const plain = { version: 'plain', input: 1_000_000n, output: 2_000_000n };
    expect(costOf(usage, plain)).toBe(BigInt(1_111_111 + 2 * 1_111));
    expect(
      costOf({ input: 10, cachedInput: 10, cachedAudioInput: 4, output: 0 }, { ...plain, cachedInput: 0n }),
    ).toBe(0n);
    const dearAudio = { ...plain, cachedInput: 0n, audioInput: 8_000_000n };
    expect(costOf({ input: 10, cachedInput: 10, cachedAudioInput: 4, output: 0 }, dearAudio)).toBe(32n);
    expect(
      costOf({ input: 10, cacheWrite: 10, cacheWrite1h: 4, output: 0 }, { ...plain, cacheWrite: 3_000_000n }),
    ).toBe(30n);
  });
});

describe('withService', () => {
  const plain: Price = { version: 'p', input: 1n, output: 1n };
  const served: Price = { ...plain, services: { flex: { input: 1n, output: 1n } } };
  const preset: Price = { ...served, defaultService: 'flex' };

  test.each([
    ['a price without services needs none', 'flex', 'flex', plain, undefined],
    ['what was reported wins over what was asked for', 'flex', 'priority', served, 'flex'],
    ['what was asked for counts where nothing was reported', undefined, 'flex', served, 'flex'],
    ['the usual one is not noted', 'default', 'flex', served, undefined],
    ['but where the account has another one set', 'default', null, preset, 'default'],
    ['auto says nothing', undefined, 'auto', preset, undefined],
    ['nothing is nothing', undefined, null, served, undefined],
  ])('%s', (_, reported, asked, price, expected) => {
    const usage = { input: 1, output: 2, ...(reported === undefined ? {} : { serviceTier: reported }) };
    expect(withService(usage, asked, price)).toEqual({
      input: 1,
      output: 2,
      ...(expected === undefined ? {} : { serviceTier: expected }),
    });
  });
});

describe('worstPrices', () => {
  const rate = fc.bigInt({ min: 0n, max: 10n ** 12n });
  const maybe = (value: fc.Arbitrary<bigint>) => fc.option(value, { nil: undefined, freq: 2 });
  const rates = fc
    .record({
      input: rate,
      output: rate,
      cachedInput: maybe(rate),
      cacheWrite: maybe(rate),
      cacheWrite1h: maybe(rate),
      reasoning: maybe(rate),
      audioInput: maybe(rate),
      cachedAudioInput: maybe(rate),
      audioOutput: maybe(rate),
      imageInput: maybe(rate),
      imageOutput: maybe(rate),
    })
    .map(
      (given) =>
        Object.fromEntries(
          Object.entries(given).filter(([, value]) => value !== undefined),
        ) as unknown as Rates,
    );
  const tiered = fc
    .tuple(rates, rates, rates, fc.nat(1000), fc.nat(1000))
    .map(([base, first, second, from, more]) => ({
      ...base,
      tiers: [
        { ...first, above: from },
        { ...second, above: from + more + 1 },
      ],
    }));
  const price = fc.tuple(tiered, tiered, tiered, fc.constantFrom(undefined, 'flex', 'priority')).map(
    ([base, flex, priority, defaultService]): Price => ({
      ...base,
      version: 'any',
      services: { flex, priority },
      ...(defaultService === undefined ? {} : { defaultService }),
    }),
  );
  const part = fc.nat(400);
  const usage = fc.tuple(part, part, part, part, part, part, part, part, part, part, part).map(
    ([
      plain,
      cached,
      cachedAudio,
      write,
      hour,
      audio,
      image,
      spoken,
      thought,
      audioOut,
      imageOut,
    ]): Usage => ({
      input: plain + cached + cachedAudio + write + hour + audio + image,
      cachedInput: cached + cachedAudio,
      cachedAudioInput: cachedAudio,
      cacheWrite: write + hour,
      cacheWrite1h: hour,
      audioInput: audio,
      imageInput: image,
      output: spoken + thought + audioOut + imageOut,
      reasoning: thought,
      audioOutput: audioOut,
      imageOutput: imageOut,
    }),
  );
  const asked = fc.constantFrom(undefined, 'auto', 'default', 'flex', 'priority', 'fast');

  test('no usage within the bounds costs more, whichever service answered: the one asked for or the usual one', () => {
    fc.assert(
      fc.property(price, usage, asked, fc.boolean(), fc.nat(500), (terms, used, service, fellBack, spare) => {
        const worst = worstPrices(terms, used.input + spare, service);
        const bound = BigInt(used.input) * worst.promptPrice + BigInt(used.output) * worst.outputPrice;
        const answered = fellBack ? 'default' : service;
        const cost = costOf(answered === undefined ? used : { ...used, serviceTier: answered }, terms);
        expect(cost * 1_000_000n < bound + 1_000_000n).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('is no more than the dearest that is possible', () => {
    const terms: Price = {
      version: 'x',
      input: 3n,
      output: 15n,
      cacheWrite: 4n,
      cacheWrite1h: 6n,
      audioInput: 40n,
      audioOutput: 80n,
      imageOutput: 70n,
      tiers: [{ above: 200_000, input: 50n, output: 22n }],
      services: { flex: { input: 1n, output: 7n }, priority: { input: 5n, output: 30n } },
    };
    const text = { audioInput: false, audioOutput: false, imageOutput: false };
    expect(worstPrices(terms, 200_000)).toEqual({ promptPrice: 40n, outputPrice: 80n });
    expect(worstPrices(terms, 200_000, undefined, text)).toEqual({ promptPrice: 6n, outputPrice: 15n });
    expect(worstPrices(terms, 200_000, null, { ...text, cacheWrite1h: false }).promptPrice).toBe(4n);
    expect(worstPrices(terms, 200_000, 'default', { ...text, cacheWrite: false }).promptPrice).toBe(3n);
    expect(worstPrices(terms, 200_001, undefined, text)).toEqual({ promptPrice: 50n, outputPrice: 22n });
    // Flex may be answered as usual; `fast` is priority.
    expect(worstPrices(terms, 9, 'flex', text)).toEqual({ promptPrice: 6n, outputPrice: 15n });
    expect(worstPrices(terms, 9, 'fast', text)).toEqual({ promptPrice: 6n, outputPrice: 30n });
    expect(worstPrices({ ...terms, defaultService: 'priority' }, 9, 'auto', text).outputPrice).toBe(30n);
    expect(worstPrices({ ...terms, defaultService: 'priority' }, 9, 'default', text).outputPrice).toBe(15n);
  });
});

describe('USD', () => {
  test.each([
    ['1.25', 1_250_000_000n],
    [1.25, 1_250_000_000n],
    [0.1, 100_000_000n],
    ['0', 0n],
    ['0.000000001', 1n],
    [1e-9, 1n],
    ['10.00', 10_000_000_000n],
    ['-1', undefined],
    ['1e3', undefined],
    ['0.0000000001', undefined],
    [1e-10, undefined],
    ['1,25', undefined],
    ['', undefined],
    [Number.NaN, undefined],
    [Number.POSITIVE_INFINITY, undefined],
  ])('%s is %s nano-USD', (given, nano) => {
    expect(parseUsd(given)).toBe(nano);
  });

  test('what is formatted is read back exactly', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 20n }), (nano) => {
        expect(parseUsd(formatUsd(nano))).toBe(nano);
      }),
    );
    expect(formatUsd(1_250_000_000n)).toBe('1.25');
    expect(formatUsd(-5n)).toBe('-0.000000005');
    expect(formatUsd(0n)).toBe('0');
  });
});
