// Bifrost: its npm package is a launcher that fetches the program from its maker's own server, its Go module is built by Go itself. Both
// are tried; where neither can be had, it is shown as not installed, with what was said. What would start it is not written before
// it can be tried.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { command } from './install.ts';
import { NotInstalled, type PeerKind } from './peer.ts';

const version = '1.6.3';
const goProgram = `github.com/maximhq/bifrost/transports/bifrost-http@v${version}`;

export const bifrost: PeerKind = {
  name: 'bifrost',
  title: 'Bifrost',
  duties: { keys: 'not measured', limits: 'not measured', ledger: 'not measured' },
  hasBudget: false,
  async install(folder) {
    const said: string[] = [];
    for (const [way, install] of ways) {
      try {
        await install(folder);
      } catch (error) {
        said.push(`${way}: ${reasonOf(error as Error)}`);
        continue;
      }
      throw new NotInstalled('it can be had here, but this harness has no configuration for it yet');
    }
    throw new NotInstalled(said.join('; '));
  },
  start: () => Promise.reject(new NotInstalled('never installed')),
};

/** Without the command, which has folders of this machine in it. */
function reasonOf({ message }: Error): string {
  return (message.split('`: ').at(-1) ?? message).replace(/^\[cause\]: Error: /, '');
}

async function fromNpm(folder: string): Promise<void> {
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  await command(folder, 'npm', 'install', '--no-fund', '--no-audit', `@maximhq/bifrost@${version}`);
  const launcher = join('node_modules', '@maximhq', 'bifrost', 'bin.js');
  await command(folder, process.execPath, launcher, '-help');
}

async function fromGo(folder: string): Promise<void> {
  await command(folder, 'env', `GOBIN=${folder}`, 'go', 'install', goProgram);
}

const ways = [
  ['npm, whose package fetches the program from its maker’s server', fromNpm],
  ['`go install`', fromGo],
] as const;
