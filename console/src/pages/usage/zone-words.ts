// What is said of the time zone that days are counted in.

/** `at`: Unix ms, for the hour of summer. */
export function zoneWords(zone: string, at: number): string {
  const begin = `Days begin at midnight in ${zone}.`;
  if (!splitsHours(zone, at)) return begin;
  return `${begin} Sums are kept by whole hours of UTC: the hour that midnight falls into counts to the day before.`;
}

/** India is five and a half hours off. */
function splitsHours(timeZone: string, at: number): boolean {
  const wholeHour = Math.floor(at / 3_600_000) * 3_600_000;
  return Number(new Intl.DateTimeFormat('en', { timeZone, minute: 'numeric' }).format(wholeHour)) !== 0;
}
