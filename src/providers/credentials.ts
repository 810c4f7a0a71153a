// Several keys of one provider: which one a call takes, and which are left alone for a while after they failed. Each key
// has an adapter of its own; a provider with one key never comes here.
import type { Clock } from '../core/clock.ts';
import type { ErrorCode, TollgateError } from '../core/errors.ts';
import type { CredentialState, ProviderAdapter, ProviderCredential } from '../core/ports.ts';

export interface KeyedAdapter {
  /** For the operator: where it stands and how it ends, never the key. */
  readonly label: string;
  readonly weight: number;
  readonly adapter: ProviderAdapter;
}

/** A key that is left alone from now on; a key that stays so is not told again. */
export interface CredentialSetAside {
  readonly provider: string;
  readonly credential: string;
  /** At the provider; its limits and rights may be others for another model. */
  readonly model: string;
  readonly reason: ErrorCode;
  readonly forMs: number;
  /** The provider's own words, without the key: whether it is wrong, or only not for this model. */
  readonly cause?: string;
}

export interface CredentialParts {
  readonly clock: Clock;
  /** Numbers in [0, 1). */
  readonly random: () => number;
  readonly onSetAside?: ((event: CredentialSetAside) => void) | undefined;
}

/** A wrong key and an empty account do not mend themselves in a moment. */
const refusedMs = 10 * 60_000;
/** Where a provider that limits the rate does not say for how long. */
const limitedMs = 30_000;

/** How long a key is left alone for an error; `undefined`: it was not the key's. */
function restFor({ code, retryAfterMs = limitedMs }: TollgateError): number | undefined {
  if (code === 'upstream_rate_limited') return retryAfterMs;
  return code === 'upstream_auth_error' || code === 'upstream_out_of_credit' ? refusedMs : undefined;
}

/** The provider as the pipeline sees it: its first key's adapter, with the choice of all. `keys`: two or more. */
export function withCredentials(
  keys: readonly [KeyedAdapter, ...KeyedAdapter[]],
  parts: CredentialParts,
): ProviderAdapter {
  const rested = keys.map((key) => createRest(key, parts));

  /** Keys by a draw, each once; when the others are left alone too, the one whose time is over first. */
  function* choose(model: string): Generator<ProviderCredential> {
    const left = new Set(rested);
    for (;;) {
      const ready = [...left].filter((key) => !key.resting(model));
      if (ready.length === 0) break;
      const key = draw(ready, parts.random);
      left.delete(key);
      yield key.credential(model);
    }
    const [leastBad] = [...left].sort((a, b) => a.until(model) - b.until(model));
    if (leastBad) yield leastBad.credential(model);
  }

  return {
    ...keys[0].adapter,
    credentials: choose,
    credentialStates: () => rested.map((key) => key.state()),
  };
}

type Rest = ReturnType<typeof createRest>;

/** What is known of one key. Limits are counted, and rights given, by model: so is what is remembered. */
function createRest({ label, weight, adapter }: KeyedAdapter, { clock, onSetAside }: CredentialParts) {
  /** Monotonic ms by the provider's model. */
  const ends = new Map<string, number>();
  const reasons = new Map<string, ErrorCode>();
  const until = (model: string) => ends.get(model) ?? 0;
  const resting = (model: string) => until(model) > clock.monotonic();

  function credential(model: string): ProviderCredential {
    const wasResting = resting(model);
    return {
      label,
      adapter,
      succeeded() {
        if (wasResting) ends.delete(model);
      },
      failed(error) {
        const forMs = restFor(error);
        if (forMs === undefined) return false;
        const known = resting(model);
        ends.set(model, Math.max(until(model), clock.monotonic() + forMs));
        reasons.set(model, error.code);
        if (!known) {
          const { code: reason, cause } = error;
          const words = cause instanceof Error ? { cause: cause.message } : {};
          onSetAside?.({ provider: adapter.name, credential: label, model, reason, forMs, ...words });
        }
        return true;
      },
    };
  }
  function state(): CredentialState {
    const now = clock.monotonic();
    const ending = [...ends].filter(([, end]) => end > now);
    return {
      label,
      resting: ending.map(([model, end]) => ({ model, forMs: end - now, reason: reasons.get(model) ?? '' })),
    };
  }
  return { weight, until, resting, credential, state };
}

function draw(keys: readonly Rest[], random: () => number): Rest {
  let point = random() * keys.reduce((sum, key) => sum + key.weight, 0);
  for (const key of keys) {
    point -= key.weight;
    if (point < 0) return key;
  }
  return keys.at(-1) as Rest;
}

/** From here on four characters tell keys apart without giving one away. */
const longEnough = 20;

/** `api_keys[1] …wxyz`: the place in tollgate.yaml, and the end of the key, for when the list has changed since. */
export function labelOf(index: number, key: string): string {
  const place = `api_keys[${index}]`;
  return key.length < longEnough ? place : `${place} …${key.slice(-4)}`;
}
