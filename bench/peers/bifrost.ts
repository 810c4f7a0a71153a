// Bifrost: its npm package is a launcher that fetches the program from its maker's own server, its Go module is one of a
// workspace. Where neither can be had, it is shown as not installed; what would start it is not written before it can be tried.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { command } from './install.ts';
import { NotInstalled, type PeerKind } from './peer.ts';

const version = '1.6.3';

export const bifrost: PeerKind = {
  name: 'bifrost',
  title: 'Bifrost',
  duties: { keys: 'not measured', limits: 'not measured', ledger: 'not measured' },
  hasBudget: false,
  async install(folder) {
    writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
    await command(folder, 'npm', 'install', '--no-fund', '--no-audit', `@maximhq/bifrost@${version}`);
    const launcher = join('node_modules', '@maximhq', 'bifrost', 'bin.js');
    await command(folder, process.execPath, launcher, '-help').catch(() => {
      throw new NotInstalled(
        'its launcher fetches the program from its maker’s server, which cannot be reached here',
      );
    });
    throw new NotInstalled('its launcher works here, but this harness has no configuration for it yet');
  },
  start: () => Promise.reject(new NotInstalled('never installed')),
};
