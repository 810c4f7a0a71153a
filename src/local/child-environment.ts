// What the programs we start may know: everything the user's shell told us, but none of the gateway's own secrets
// and no provider keys. Native code and package installers have no business with them.
import type { Environment } from './run-command.ts';

const secret = /^TOLLGATE_|_API_KEY$/i;

export function childEnvironment(environment: Environment): Environment {
  return Object.fromEntries(
    Object.entries(environment).filter(([name, value]) => value !== undefined && !secret.test(name)),
  );
}
