// The console keeps to its rules, its router and the gateway name the same places, and the checker can fail.
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { consolePages } from '../../src/http/console/paths.ts';
import { consoleViolations } from './console-rules.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

describe('the console', () => {
  const paths = globSync('console/src/**/*.{ts,tsx}', { cwd: root }).filter(
    (path) => !/\.test\.tsx?$/.test(path),
  );
  const sources = new Map(
    paths.map((path) => [path.replaceAll('\\', '/'), readFileSync(`${root}${path}`, 'utf8')]),
  );

  it('follows the rules', () => {
    expect(sources.size).toBeGreaterThan(50);
    expect(consoleViolations(sources)).toEqual([]);
  });

  it('is small files, each one idea', () => {
    const lengths = [...sources.values()].map((text) => text.split('\n').length).sort((a, b) => a - b);
    expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThanOrEqual(120);
  });

  it('has the places the gateway serves its page at', () => {
    const router = sources.get('console/src/app/router.tsx') ?? '';
    const places = [...router.matchAll(/path: '([^']+)'/g)].map(([, path = '']) =>
      path.replace(/\$\w+/, '*'),
    );
    expect(places.sort()).toEqual([...consolePages].sort());
  });
});

describe('the checker of the console', () => {
  const clean = {
    'console/src/api/contract.ts': "// Types.\nexport type * from '../../../src/admin/contract.ts';\n",
    'console/src/api/client.ts': '// Client.\n',
    'console/src/ui/button.tsx': "// Button.\nimport { x } from '../api/client.ts';\n",
    'console/src/pages/keys/index.tsx': "// Keys.\nimport { Button } from '../../ui/button.tsx';\n",
    'console/src/pages/usage/index.tsx': '// Usage.\n',
    'console/src/app/main.tsx': "// Entry.\nimport './app.css';\nimport('../pages/keys/index.tsx');\n",
  };
  const withFiles = (files: Readonly<Record<string, string>>) =>
    consoleViolations(new Map(Object.entries({ ...clean, ...files }))).join('\n');

  it('finds nothing in clean sources', () => {
    expect(withFiles({})).toBe('');
  });

  it.each([
    [
      'a component that knows a page',
      { 'console/src/ui/button.tsx': "// B.\nimport { K } from '../pages/keys/index.tsx';\n" },
      'ui may not import pages',
    ],
    [
      'areas in a circle',
      {
        'console/src/pages/keys/index.tsx': "// K.\nimport { U } from '../usage/index.tsx';\n",
        'console/src/pages/usage/index.tsx': "// U.\nimport { K } from '../keys/index.tsx';\n",
      },
      'areas in a circle: keys -> usage -> keys',
    ],
    [
      'a page that knows the shell',
      { 'console/src/pages/keys/index.tsx': "// K.\nimport { m } from '../../app/main.tsx';\n" },
      'pages may not import app',
    ],
    [
      'a source of the gateway',
      { 'console/src/api/client.ts': "// C.\nimport { money } from '../../../src/core/money.ts';\n" },
      'outside of the console',
    ],
    [
      'more than types of the gateway',
      { 'console/src/api/contract.ts': "// T.\nexport * from '../../../src/admin/contract.ts';\n" },
      'takes more than types',
    ],
    [
      'a file that is not there',
      { 'console/src/api/client.ts': "// C.\nimport './gone.ts';\n" },
      'no source',
    ],
    ['no header', { 'console/src/api/client.ts': 'export {};\n' }, 'opens without a comment'],
    ['any', { 'console/src/api/client.ts': '// C.\nlet x: any;\n' }, '`any`'],
    ['HTML by hand', { 'console/src/ui/button.tsx': '// B.\nx.innerHTML = y;\n' }, 'HTML by hand'],
    ['a name that says nothing', { 'console/src/ui/form-helpers.ts': '// H.\n' }, 'says nothing'],
    ['a file too long', { 'console/src/api/client.ts': `// C.\n${'f();\n'.repeat(401)}` }, '402 lines'],
  ])('sees %s', (_, files, message) => {
    expect(withFiles(files)).toContain(message);
  });
});
