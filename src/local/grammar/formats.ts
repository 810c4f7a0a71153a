// The values of `format` that the compiler takes, as patterns of the usual subset of each: what they match is valid by
// the RFC and by Ajv, but not all that is valid matches. Pure.

const hour = '(?:[01]\\d|2[0-3])';
const time = `${hour}:[0-5]\\d:[0-5]\\d(?:\\.\\d{1,9})?(?:Z|[+-]${hour}:[0-5]\\d)`;
const leapYear = '(?:\\d\\d(?:0[48]|[2468][048]|[13579][26])|(?:0[048]|[2468][048]|[13579][26])00)';
// Days as there are in the month.
const date = `(?:\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|02-(?:0[1-9]|1\\d|2[0-8]))|${leapYear}-02-29)`;
const octet = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const group = '[0-9A-Fa-f]{1,4}';
// Four labels of 61 characters stay below the 253 of a whole name.
const shortLabel = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,59}[A-Za-z0-9])?';
const hostname = `${shortLabel}(?:\\.${shortLabel}){0,3}`;
const label = '[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?';
const atom = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
const uriCharacter = "(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-F]{2})";

export const formatPatterns: ReadonlyMap<string, string> = new Map([
  ['date', `^${date}$`],
  ['time', `^${time}$`],
  ['date-time', `^${date}T${time}$`],
  [
    'duration',
    '^P(?:\\d{1,9}W|(?:\\d{1,9}Y(?:\\d{1,9}M(?:\\d{1,9}D)?)?|\\d{1,9}M(?:\\d{1,9}D)?|\\d{1,9}D)(?:T(?:\\d{1,9}H(?:\\d{1,9}M(?:\\d{1,9}S)?)?|\\d{1,9}M(?:\\d{1,9}S)?|\\d{1,9}S))?|T(?:\\d{1,9}H(?:\\d{1,9}M(?:\\d{1,9}S)?)?|\\d{1,9}M(?:\\d{1,9}S)?|\\d{1,9}S))$',
  ],
  ['uuid', '^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$'],
  ['email', `^${atom}(?:\\.${atom})*@(?:${label}\\.)+${label}$`],
  ['hostname', `^${hostname}$`],
  ['ipv4', `^${octet}(?:\\.${octet}){3}$`],
  ['ipv6', `^(?:(?:${group}:){7}${group}|(?:${group}:){1,6}:${group}|::${group}|::)$`],
  [
    'uri',
    `^[a-z][a-z0-9+.-]{1,15}://${label}(?:\\.${label})*(?::\\d{1,4})?(?:/${uriCharacter}*)?(?:\\?${uriCharacter}*)?(?:#${uriCharacter}*)?$`,
  ],
]);

/** Says how to show a text, or the width of a number that this compiler keeps anyway. */
export const formatsWithoutRule: ReadonlySet<string> = new Set(['password', 'float', 'double', 'int64']);
