// Which tests run beside each other on two cores, and which have a process to themselves.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './tests/support/longest-first.ts';

// What tests start reads its sources as the `tollgate` command does, already stripped of types: a third less work for a gateway.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('node_modules/.cache/compiled', import.meta.url));

const everything = ['src/**/*.test.ts', 'console/src/**/*.test.{ts,tsx}', 'tests/**/*.test.ts'];
const packages = '**/node_modules/**';

/** Pages in a browser, which has to come to its turns while they wait. */
const pages = ['tests/{browser,console}/**/*.test.ts'];

/** They measure time. */
const timed = ['tests/bench/**/*.test.ts', 'tests/faults/overload*.test.ts'];

/** They measure memory, change their process, or keep the machine busy by themselves. */
const alone = [
  'src/core/end-signal.test.ts',
  'src/http/exchanges.test.ts',
  'src/pipeline/checkpoints.test.ts',
  'tests/{conformance-command,embedded,hostile,launcher,process,secrets,workers}/**/*.test.ts',
  'tests/conformance/embedded.test.ts',
  'tests/faults/{large-body,slow-and-gone}.test.ts',
  'tests/ledger/postgres-outage.test.ts',
  'tests/ledger/proofs/**/*.test.ts',
  'tests/telemetry/engine-metrics.test.ts',
];

/** One process for file after file: modules have no state, and to load them anew for each took half of the time of many. */
const isolate = false;

export default defineConfig({
  test: {
    // For what hangs: nothing is measured by them, and a machine may be busy.
    testTimeout: 90_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000 } },
    allowOnly: false,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: { name: 'alone', include: alone, exclude: [packages], maxWorkers: 3 },
      },
      {
        extends: true,
        test: {
          name: 'shared',
          include: everything,
          exclude: [packages, ...alone, ...timed, ...pages],
          isolate,
          maxWorkers: 3,
        },
      },
      {
        extends: true,
        test: {
          name: 'timed',
          include: timed,
          exclude: [packages],
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'pages',
          include: pages,
          exclude: [packages],
          isolate,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
