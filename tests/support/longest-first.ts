// The order in which test files begin: those that take longest first, so that none of them runs alone at the end while the other
// places are idle. A fresh clone has no durations of an earlier run, so they stand here.
import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Longest first, down to some ten seconds on two cores; whatever is not named comes behind, in Vitest's order. */
const longest: readonly string[] = [
  // The embedded model takes both cores: not two of its files at once, if it can be helped.
  'tests/embedded/continuation.test.ts',
  'tests/ledger/proofs/killed-nodes.test.ts',
  'tests/process/life-and-death.test.ts',
  'tests/ledger/postgres-outage.test.ts',
  'tests/conformance/embedded.test.ts',
  'tests/launcher/first-start.test.ts',
  'tests/secrets/command.test.ts',
  'tests/ledger/proofs/overshoot.test.ts',
  'tests/embedded/real-model.test.ts',
  'tests/workers/dying.test.ts',
  'tests/secrets/gateway.test.ts',
  'tests/conformance-command/passes.test.ts',
  'tests/embedded/real-abilities.test.ts',
  'tests/ledger/proofs/clocks.test.ts',
  // Without isolation.
  'tests/faults/routes.test.ts',
  'tests/ledger/idempotency.test.ts',
  'tests/providers/faults.test.ts',
  'tests/providers/secrets.test.ts',
  'tests/admin/commands.test.ts',
  'tests/ledger/verify.test.ts',
  'tests/faults/bad-upstream.test.ts',
  'tests/faults/continuation-cuts.test.ts',
  'tests/faults/continuation.test.ts',
  'tests/admin/key-lists.test.ts',
  'tests/ledger/budgets.test.ts',
  'tests/admin/prices.test.ts',
  'tests/ledger/postgres-nodes.test.ts',
  'tests/admin/providers.test.ts',
  // Two at a time.
  'tests/faults/overload-slow-readers.test.ts',
  'tests/bench/together.test.ts',
  'tests/faults/overload.test.ts',
  'tests/bench/soak.test.ts',
  'tests/browser/samples.test.ts',
  'tests/browser/reference-page.test.ts',
  'tests/console/every-page-desktop.test.ts',
  'tests/console/every-page-phone.test.ts',
  'tests/console/keys.test.ts',
  'tests/console/playground-keeping.test.ts',
  'tests/console/playground-chat.test.ts',
  'tests/browser/try-it.test.ts',
  'tests/console/requests.test.ts',
  'tests/browser/request-form.test.ts',
];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = new Map(longest.map((path, index) => [path, index]));
    const rankOf = ({ moduleId }: TestSpecification) =>
      rank.get(relative(this.ctx.config.root, moduleId).replaceAll('\\', '/')) ?? longest.length;
    const projectOf = ({ project: { config } }: TestSpecification) =>
      // Files that share a process stay together: a process goes on with the next file only if that shares, too.
      2 * config.sequence.groupOrder + (config.isolate ? 0 : 1);
    const usual = await super.sort(files);
    return usual.sort((one, other) => projectOf(one) - projectOf(other) || rankOf(one) - rankOf(other));
  }
}
