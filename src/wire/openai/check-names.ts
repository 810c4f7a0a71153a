// A field under its name in other letters. Readers written in Go take names in any case (encoding/json), so an upstream
// would obey what the gateway passed on as a field it does not know.
import { ChatRequestSchema } from './chat-request.ts';
import { invalid, type RequestProblem, shown } from './request-problem.ts';

const known: ReadonlySet<string> = new Set(Object.keys(ChatRequestSchema.properties));
const longest = Math.max(...[...known].map((name) => name.length));
/** What folding changes; the rest of a million names need not be folded to see that they are nobody's. */
const foldable = /[A-Z\u017f\u212a]/;

export function checkNames(request: object): RequestProblem | undefined {
  for (const name in request) {
    if (known.has(name) || name.length > longest || !foldable.test(name)) continue;
    const folded = foldName(name);
    if (known.has(folded)) {
      return invalid(shown(name), `names are case-sensitive, and this field is called '${folded}'.`);
    }
  }
  return undefined;
}

/** Simple case folding: beside capitals, two letters of other alphabets fold to Latin ones. */
export function foldName(name: string): string {
  return name.toLowerCase().replaceAll('\u017f', 's').replaceAll('\u212a', 'k');
}
