// The secret with which this tab calls models: asked for when the first message is sent, kept in memory only, one for each project.

export interface IssuedSecret {
  readonly key: string;
  /** ISO 8601. */
  readonly expires_at: string;
}

export interface Secrets {
  /** Throws what asking for it throws. */
  secret(project: string | undefined): Promise<string>;
  /** It was refused: the next request asks for another. */
  forget(project: string | undefined): void;
}

/** An answer may take long: a secret that is about to end is not begun with. */
const leastLifeMs = 15 * 60_000;

export function createSecrets(
  issue: (project: string | undefined) => Promise<IssuedSecret>,
  now: () => number,
): Secrets {
  const issued = new Map<string, Promise<IssuedSecret>>();
  const asked = (project: string | undefined) => {
    const asking = issue(project);
    issued.set(project ?? '', asking);
    return asking;
  };
  return {
    // Two models that are asked at the same moment share what is being asked for.
    secret: async (project) => {
      const known = await (issued.get(project ?? '')?.catch(() => undefined) ?? asked(project));
      if (known && Date.parse(known.expires_at) - now() > leastLifeMs) return known.key;
      return (await asked(project)).key;
    },
    forget: (project) => void issued.delete(project ?? ''),
  };
}
