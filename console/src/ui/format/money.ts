// Money for people. It comes as a decimal string of USD or as whole nano-USD, is never made a float, and never rounded so
// far that something becomes nothing: $0.000012 stays that.

/** Digits after the point that an amount of this size is shown with. */
function digitsFor(nano: bigint): number {
  const size = nano < 0n ? -nano : nano;
  if (size === 0n || size >= 1_000_000_000n) return 2;
  if (size >= 10_000_000n) return 4;
  if (size >= 100_000n) return 6;
  return 9;
}

/** `12.5` or `0.000012` -> whole nano-USD. Digits beyond the ninth are cut. */
export function nanoOf(usd: string): bigint {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(usd.trim());
  if (!match) return 0n;
  const [, sign, whole = '0', fraction = ''] = match;
  const nano = BigInt(whole) * 1_000_000_000n + BigInt(fraction.slice(0, 9).padEnd(9, '0'));
  return sign === '-' ? -nano : nano;
}

export interface MoneyOptions {
  /** Every digit, without rounding. */
  readonly exact?: boolean;
}

/** `$1,234.50`, `$0.0312`, `$0.000012`. */
export function formatNano(nano: bigint, { exact = false }: MoneyOptions = {}): string {
  const digits = exact ? 9 : digitsFor(nano);
  const unit = 10n ** BigInt(9 - digits);
  const size = nano < 0n ? -nano : nano;
  // Half up, as people round.
  const rounded = (size + unit / 2n) / unit;
  const scale = 10n ** BigInt(digits);
  const whole = new Intl.NumberFormat('en-US').format(rounded / scale);
  const fraction = trimmed((rounded % scale).toString().padStart(digits, '0'));
  return `${nano < 0n ? '−' : ''}$${whole}.${fraction}`;
}

/** Cents always, more only as far as they say something. */
function trimmed(fraction: string): string {
  return fraction.replace(/0+$/, '').padEnd(2, '0');
}

export function formatUsd(usd: string, options?: MoneyOptions): string {
  return formatNano(nanoOf(usd), options);
}

/** For axes and tiles, where space is short: `$1.2K`, `$3.4M`; small amounts in full. */
export function formatUsdShort(usd: number): string {
  if (Math.abs(usd) < 1000) {
    if (usd !== 0 && Math.abs(usd) < 1) return formatNano(BigInt(Math.round(usd * 1e9)));
    return new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' }).format(usd);
  }
  return `$${new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 }).format(usd)}`;
}
