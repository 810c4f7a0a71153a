// One cell of CSV (RFC 4180) that no spreadsheet runs. Knows no table.

/** What a spreadsheet would take for a formula (OWASP, "CSV Injection"); a quote before it makes it text. */
const formula = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

/** Unknown is an empty cell. */
export function csvCell(value: string | number | boolean | object | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = typeof value === 'object' ? JSON.stringify(value) : value;
  const safe = formula.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
