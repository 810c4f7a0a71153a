// What changed between two states of a thing, member by member.

export interface Difference {
  /** `options.max_output_tokens` */
  readonly path: string;
  /** Absent: it was not there. */
  readonly before?: string;
  readonly after?: string;
}

/** In the order of the members; lists count as one value. */
export function differences(before: unknown, after: unknown): Difference[] {
  const [was, is] = [flat(before), flat(after)];
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((path) => {
    const [old, now] = [was.get(path), is.get(path)];
    if (old === now) return [];
    return [
      {
        path,
        ...(old === undefined ? {} : { before: old }),
        ...(now === undefined ? {} : { after: now }),
      },
    ];
  });
}

function flat(value: unknown, path = '', into = new Map<string, string>()): Map<string, string> {
  if (value === null || value === undefined) {
    if (path !== '' && value === null) into.set(path, 'null');
  } else if (typeof value === 'object' && !Array.isArray(value)) {
    for (const [name, member] of Object.entries(value)) flat(member, path ? `${path}.${name}` : name, into);
  } else if (Array.isArray(value)) {
    into.set(path, value.map((each) => (typeof each === 'string' ? each : JSON.stringify(each))).join(', '));
  } else into.set(path, String(value));
  return into;
}
