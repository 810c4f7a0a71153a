// Takes the pictures of docs/console/: every page of the console, light and dark, on a desktop and on a phone, of a gateway
// that has been used. `npm run console:screenshots -- keys usage` takes those alone; `--out <folder>` puts them
// elsewhere, `--png` takes them without loss, `--quick` leaves the dark phone out.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startBrowser } from '../tests/console/stand.ts';
import { startScene } from './console-scene.ts';
import { shotsOf } from './console-shots.ts';

const windows = [
  { form: 'desktop', colorScheme: 'light', viewport: { width: 1440, height: 900 } },
  { form: 'desktop', colorScheme: 'dark', viewport: { width: 1440, height: 900 } },
  { form: 'phone', colorScheme: 'light', viewport: { width: 390, height: 844 } },
  { form: 'phone', colorScheme: 'dark', viewport: { width: 390, height: 844 } },
] as const;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { out: { type: 'string' }, quick: { type: 'boolean' }, png: { type: 'boolean' } },
});
const out = values.out ?? fileURLToPath(new URL('../docs/console/', import.meta.url));
await mkdir(out, { recursive: true });

const started = await startBrowser();
if ('missing' in started) throw new Error(started.missing);
const { browser } = started;
const scene = await startScene(browser);
const shots = shotsOf(scene).filter(({ name }) => positionals.length === 0 || positionals.includes(name));
for (const { form, ...window } of windows) {
  // One look at light and one at dark are enough to see what a change did.
  if (values.quick && form === 'phone' && window.colorScheme === 'dark') continue;
  for (const { name, path, signedIn = true, fresh = false, before } of shots) {
    const opened = await (fresh ? scene.fresh : scene.stand).open(path, { ...window, signedIn });
    const { page, context, guard } = opened;
    const file = join(out, `${name}-${window.colorScheme}-${form}.${values.png ? 'png' : 'jpg'}`);
    const image = values.png ? ({ type: 'png' } as const) : ({ type: 'jpeg', quality: 72 } as const);
    context.setDefaultTimeout(20_000);
    try {
      await page.waitForLoadState('networkidle', { timeout: 3000 }).catch(() => undefined);
      await before?.(page);
      await page.waitForTimeout(400);
      await page.screenshot({ path: file, ...image, animations: 'disabled', caret: 'hide' });
      process.stdout.write(`${file}\n`);
    } catch (error) {
      process.exitCode = 1;
      process.stderr.write(`${name}: ${String(error).split('\n')[0]}\n`);
      await page.screenshot({ path: file, ...image });
    }
    const problems = guard.problems().filter((problem) => signedIn || !problem.includes('401'));
    if (problems.length > 0) process.stderr.write(`${name}: ${problems.join('\n')}\n`);
    await context.close();
  }
}
await scene[Symbol.asyncDispose]();
await browser.close();
