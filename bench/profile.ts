// Where the CPU of a gateway under load goes: `node bench/profile.ts requests` or `streams`, `--limits` with a budget and
// requests per minute on. Prints self time by function and by folder; the profile stays in
// bench/results. It begins with the process, so a short one shows mostly how code is compiled.
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openField } from './field.ts';
import { apiKey, startGateway } from './gateway.ts';
import type { Job } from './load/jobs.ts';
import { defaultFolder } from './peers/install.ts';
import { chatPath, plenty } from './peers/peer.ts';
import { cpuMicrosBetween, readCpu } from './process-tree.ts';
import { summarise } from './profile-summary.ts';
import { root } from './spawn.ts';
import { publicModel, streamEvents } from './wire.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    limits: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '40' },
    lines: { type: 'string', default: '45' },
  },
});
const stream = positionals[0] === 'streams';
const seconds = Number(values.seconds);
const folder = join(root, 'bench', 'results', `profile-${Date.now()}`);
mkdirSync(folder, { recursive: true });

const used = await measure();
console.log(used);
for (const file of readdirSync(folder).filter((name) => name.endsWith('.cpuprofile'))) {
  const text = summarise(JSON.parse(readFileSync(join(folder, file), 'utf8')), Number(values.lines));
  console.log(`\n## ${join(folder, file)}\n\n${text}`);
}

async function measure(): Promise<string> {
  await using field = await openField(defaultFolder);
  const data = join(folder, 'data');
  mkdirSync(data);
  await using gateway = await startGateway({
    workers: 1,
    dataFolder: data,
    upstream: field.upstream,
    budget: values.limits ? plenty : undefined,
    nodeFlags: ['--cpu-prof', `--cpu-prof-dir=${folder}`, '--cpu-prof-interval=500'],
  });
  const target = {
    url: gateway.found,
    path: chatPath,
    headers: { authorization: `Bearer ${apiKey}` },
    model: publicModel,
  };
  const asking = { target, stream, id: 'profile', seconds };
  const job: Job = stream
    ? { ...asking, kind: 'open', mode: 'paced', rate: 150 }
    : { ...asking, kind: 'closed', mode: 'now', concurrency: 32 };
  const before = readCpu(gateway.pid);
  const result = await field.load.run(job);
  const micros = cpuMicrosBetween(before, readCpu(gateway.pid));
  const each = stream ? result.answered * streamEvents.length : result.answered;
  return `${result.answered} answers, ${(micros / each).toFixed(1)} µs per ${stream ? 'chunk' : 'request'} with the profiler on`;
}
