// A number as its decimal digits without an exponent. Pure.

export interface Decimal {
  readonly negative: boolean;
  /** Without zeros in front, `0` at least. */
  readonly integer: string;
  /** Without zeros at the end; may be empty. */
  readonly fraction: string;
}

/** The shortest digits that are this number, which JavaScript prints. */
export function decimalOf(value: number): Decimal {
  const [mantissa = '', exponent = '0'] = String(Math.abs(value)).split('e');
  const [whole = '', part = ''] = mantissa.split('.');
  const shift = Number(exponent);
  const all = shift < 0 ? '0'.repeat(-shift) + whole + part : whole + part + '0'.repeat(shift);
  const point = shift < 0 ? whole.length : whole.length + shift;
  return {
    negative: value < 0,
    integer: all.slice(0, point).replace(/^0+(?=\d)/, ''),
    fraction: all.slice(point).replace(/0+$/, ''),
  };
}
