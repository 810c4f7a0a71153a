// Members of a JSON object changed in its text where they stand, without a parser where their places give them away.
// Knows nothing of what the members mean.
import { type MemberPatch, patchMembersOfText, replaceEarlyMember } from './json-members.ts';

/**
 * `json` with these members replaced or added; `parsed` is what it parses to. Costs native searches where each one
 * stands before or behind everything nested, as heads and usages do; one pass otherwise.
 */
export function editMembers(
  json: string,
  parsed: Readonly<Record<string, unknown>>,
  patch: Readonly<Record<string, string>>,
): string {
  const left: Record<string, string> = {};
  let missing = '';
  let edited = json;
  for (const name in patch) {
    const value = patch[name] as string;
    if (!Object.hasOwn(parsed, name)) {
      missing += `,${JSON.stringify(name)}:${value}`;
      continue;
    }
    const given = JSON.stringify(parsed[name]);
    const replaced =
      replaceEarlyMember(edited, name, given, value) ?? replaceLateMember(edited, name, given, value);
    if (replaced === undefined) left[name] = value;
    else edited = replaced;
  }
  if (!isEmpty(left)) edited = patchMembersOfText(edited, left);
  return missing === '' ? edited : appendMembers(edited, missing);
}

function isEmpty(patch: MemberPatch): boolean {
  for (const _ in patch) return false;
  return true;
}

/** `members`: `,"name":value`… for an object that has none of these names, and at least one other. */
function appendMembers(json: string, members: string): string {
  const end = json.lastIndexOf('}');
  return `${json.slice(0, end)}${members}${json.slice(end)}`;
}

/**
 * As `replaceEarlyMember`, for a member behind everything nested: once, with that raw value, and no brace behind it but
 * the last. `undefined` otherwise.
 */
export function replaceLateMember(
  json: string,
  name: string,
  rawValue: string,
  rawReplacement: string,
): string | undefined {
  const member = `"${name}":${rawValue}`;
  const place = json.lastIndexOf(member);
  if (place < 1 || json.indexOf(`"${name}"`) !== place) return undefined;
  const before = json[place - 1];
  if (before !== ',' && before !== '{') return undefined;
  const end = place + member.length;
  // The whole value: `1` is also how `1.0` begins.
  if (json[end] !== ',' && json[end] !== '}') return undefined;
  const close = json.indexOf('}', end);
  // A bracket or brace of something that is still open would close behind it, and be one too many.
  if (close < 0 || json.trimEnd().length !== close + 1 || json.slice(end, close).includes(']'))
    return undefined;
  return `${json.slice(0, end - rawValue.length)}${rawReplacement}${json.slice(end)}`;
}
