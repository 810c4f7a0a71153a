// The arrows of ARCHITECTURE.md hold in every source file, and the checker that says so can fail.
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { importsOf } from './imports.ts';
import { violationsOf } from './rules.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

describe('the sources', () => {
  // Tests and what only they start may reach across.
  const paths = globSync('src/**/*.ts', { cwd: root }).filter(
    (path) => !/\.test\.ts$|\bfixtures\b/.test(path),
  );
  const sources = new Map(
    paths.map((path) => [path.replaceAll('\\', '/'), readFileSync(`${root}${path}`, 'utf8')]),
  );

  it('follow the rules', () => {
    expect(sources.size).toBeGreaterThan(20);
    expect(violationsOf(sources)).toEqual([]);
  });

  it('are small files, each one idea', () => {
    const lengths = [...sources.values()].map((text) => text.split('\n').length).sort((a, b) => a - b);
    expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThanOrEqual(120);
  });
});

describe('the checker', () => {
  const clean = {
    'src/main.ts': "// Start.\nimport { serve } from './cli/serve.ts';\n",
    'src/cli/serve.ts':
      "// Serve.\nimport { createGateway } from '../gateway.ts';\nimport { x } from '../store/x.ts';\n",
    'src/gateway.ts':
      "// Root.\nimport { y } from './accounts/y.ts';\nimport { listen } from './http/server.ts';\n",
    'src/http/server.ts': "// Server.\nimport type { z } from '../core/z.ts';\n",
    'src/admin/api.ts': '// Admin.\n',
    'src/store/x.ts': "// X.\nimport { z } from '../core/z.ts';\nimport { readFileSync } from 'node:fs';\n",
    'src/accounts/y.ts': '// Y.\n',
    'src/core/z.ts': "// Z.\nimport { w } from '../wire/w.ts';\nimport { r } from '../routing/r.ts';\n",
    'src/wire/w.ts': '// W.\n',
    'src/routing/r.ts': '// R.\n',
    'src/config/env.ts': '// Env.\nexport const all = process.env;\n',
  };
  const withFiles = (files: Readonly<Record<string, string>>) =>
    violationsOf(new Map(Object.entries({ ...clean, ...files })));

  it('finds nothing in clean sources', () => {
    expect(withFiles({})).toEqual([]);
  });

  it.each([
    [
      'an arrow up',
      { 'src/core/z.ts': "// Z.\nimport { x } from '../store/x.ts';\n" },
      'arrow up, from core to store',
    ],
    ['a wing importing the gateway', { 'src/store/x.ts': "// X.\nimport '../gateway.ts';\n" }, 'arrow up'],
    [
      'an arrow sideways',
      { 'src/store/x.ts': "// X.\nimport { y } from '../accounts/y.ts';\n" },
      'arrow sideways',
    ],
    [
      'wire importing routing',
      { 'src/wire/w.ts': "// W.\nimport { r } from '../routing/r.ts';\n" },
      'sideways',
    ],
    ['wire importing core', { 'src/wire/w.ts': "// W.\nimport { z } from '../core/z.ts';\n" }, 'arrow up'],
    [
      'a type import',
      { 'src/store/x.ts': "// X.\nimport type { Y } from '../accounts/y.ts';\n" },
      'sideways',
    ],
    [
      'an import over several lines',
      { 'src/store/x.ts': "// X.\nimport {\n  a,\n  type B,\n} from '../accounts/y.ts';\n" },
      'x.ts:2: ',
    ],
    ['a re-export', { 'src/store/x.ts': "// X.\nexport * from '../accounts/y.ts';\n" }, 'sideways'],
    [
      'a dynamic import',
      { 'src/store/x.ts': "// X.\nconst y = await import('../accounts/y.ts');\n" },
      'sideways',
    ],
    ['a type by import()', { 'src/store/x.ts': "// X.\nlet y: import('../accounts/y.ts').Y;\n" }, 'sideways'],
    ['an import out of src', { 'src/core/z.ts': "// Z.\nimport '../../tests/x.ts';\n" }, 'outside of src'],
    ['an import of a test', { 'src/core/z.ts': "// Z.\nimport './y.test.ts';\n" }, 'a test'],
    ['a folder without a floor', { 'src/misc/m.ts': '// M.\n' }, 'no floor'],
    [
      'a circle',
      {
        'src/store/a.ts': "// A.\nimport type { B } from './b.ts';\n",
        'src/store/b.ts': "// B.\nimport { a } from './a.ts';\n",
      },
      'circle: src/store/a.ts -> src/store/b.ts -> src/store/a.ts',
    ],
    ['process.env', { 'src/core/z.ts': '// Z.\nconst home = process.env.HOME;\n' }, 'reads the environment'],
    [
      'env of node:process',
      { 'src/core/z.ts': "// Z.\nimport { env } from 'node:process';\n" },
      'environment',
    ],
    ['any', { 'src/core/z.ts': '// Z.\nlet x: any;\n' }, '`any`'],
    ['as any', { 'src/core/z.ts': '// Z.\nf(x as any);\n' }, '`any`'],
    ['a silenced compiler', { 'src/core/z.ts': '// Z.\n// @ts-ignore\nf();\n' }, '@ts-ignore'],
    ['no header', { 'src/core/z.ts': 'export {};\n' }, 'opens without a comment'],
    ['a file too long', { 'src/core/z.ts': `// Z.\n${'f();\n'.repeat(401)}` }, '402 lines'],
  ])('sees %s', (_, files, message) => {
    expect(withFiles(files).join('\n')).toContain(message);
  });

  it('takes a long file whose header says why', () => {
    expect(withFiles({ 'src/core/z.ts': `// Long: one table.\n${'f();\n'.repeat(401)}` })).toEqual([]);
  });

  it('reads no import out of a comment or a message', () => {
    const source =
      "// import { a } from './a.ts';\n/*\nimport './b.ts';\n*/\nconst s = \"import x from './c.ts'\";\n";
    expect(importsOf(source)).toEqual([]);
  });
});
