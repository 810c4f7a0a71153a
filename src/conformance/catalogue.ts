// All checks in the order in which they run: what a request may be, what comes back, what goes wrong.
import type { CheckGroup } from './check.ts';
import { answerChecks } from './checks/answers.ts';
import { logprobsChecks, severalChoiceChecks } from './checks/choices.ts';
import { connectionGroup, headerGroup } from './checks/connections.ts';
import { errorChecks } from './checks/errors.ts';
import { formatChecks } from './checks/formats.ts';
import { messageChecks } from './checks/messages.ts';
import { parameterChecks } from './checks/parameters.ts';
import { reasoningChecks } from './checks/reasoning.ts';
import { streamByteChecks } from './checks/stream-bytes.ts';
import { streamChunkChecks } from './checks/stream-chunks.ts';
import { toolParameterChecks } from './checks/tool-parameters.ts';
import { toolStreamChecks } from './checks/tool-streams.ts';
import { toolChecks } from './checks/tools.ts';

export const catalogue: readonly CheckGroup[] = [
  answerChecks,
  streamByteChecks,
  streamChunkChecks,
  toolChecks,
  toolStreamChecks,
  formatChecks,
  reasoningChecks,
  severalChoiceChecks,
  logprobsChecks,
  parameterChecks,
  toolParameterChecks,
  messageChecks,
  errorChecks,
  headerGroup,
  connectionGroup,
];

/**
 * The checks whose id is one of these names or begins with one and a dot: `stream` is all of `stream.…`. Without names
 * all. A name that fits nothing is in `unknown`.
 */
export function selectChecks(names: readonly string[]): {
  readonly groups: readonly CheckGroup[];
  readonly unknown: readonly string[];
} {
  if (names.length === 0) return { groups: catalogue, unknown: [] };
  const fits = (id: string, name: string) => id === name || id.startsWith(`${name}.`);
  const ids = catalogue.flatMap(({ checks }) => checks.map(({ id }) => id));
  const groups = catalogue
    .map((group) => ({
      ...group,
      checks: group.checks.filter(({ id }) => names.some((name) => fits(id, name))),
    }))
    .filter(({ checks }) => checks.length > 0);
  return { groups, unknown: names.filter((name) => !ids.some((id) => fits(id, name))) };
}
