// The legs of one program that no vendor publishes, each on a start of its own. A program that fails one is shown as failing it.
import type { Entry, Field, Installed } from '../field.ts';
import type { CorrectnessFigures } from '../figures.ts';
import type { StartOptions } from '../peers/peer.ts';
import type { Plan } from '../plans.ts';
import { measureAborts } from './aborts.ts';
import { measureBrokenStreams } from './broken-streams.ts';
import { measureKills } from './kills.ts';
import { measureOvershoot, smallBudget } from './overshoot.ts';

export async function measureCorrectness(
  installed: Installed,
  figures: CorrectnessFigures,
  field: Field,
  plan: Plan,
  say: (text: string) => void,
): Promise<void> {
  const { kind } = installed;

  async function leg(name: string, work: () => Promise<void>): Promise<void> {
    say(`${kind.title}: ${name}`);
    try {
      await work();
    } catch (error) {
      figures.failures[name] = (error as Error).message.slice(0, 300);
      say(`${kind.title}: ${name}: ${figures.failures[name]}`);
    }
  }

  async function started(
    options: Partial<StartOptions>,
    use: (entry: Entry) => Promise<void>,
  ): Promise<void> {
    const entry = await field.enter(installed, options);
    await use(entry).finally(() => entry.peer[Symbol.asyncDispose]());
  }

  await leg('aborts and broken streams', () =>
    started({}, async (entry) => {
      figures.brokenStreams = await measureBrokenStreams(entry, field);
      figures.aborts = await measureAborts(entry, field);
    }),
  );
  if (kind.hasBudget) {
    await leg('overshoot', () =>
      started({ budget: smallBudget }, async (entry) => {
        figures.overshoot = await measureOvershoot(entry, field, plan.overshootSeconds);
      }),
    );
  }
  if (kind.readRows) {
    await leg('kill -9', async () => {
      figures.kills = await measureKills(installed, field, plan.kills);
    });
  }
}
