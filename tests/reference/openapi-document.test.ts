// /openapi.json is valid under a linter, complete where the error catalogue is, and its examples are what it describes.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { errorCatalogue } from '../../src/core/errors.ts';
import { createOpenApiDocument } from '../../src/http/reference/openapi/document.ts';
import { chatErrors, ofTheConsole } from '../../src/http/reference/openapi/errors.ts';
import { examplesOf, operationsOf } from '../../src/http/reference/render/operation-view.ts';
import { createChatRequestChecker } from '../../src/wire/openai/check-chat-request.ts';
import { documentChecker } from './document-checker.ts';

const document = createOpenApiDocument('1.2.3');
const operations = operationsOf(document);
const linter = fileURLToPath(new URL('../../node_modules/@redocly/cli/bin/cli.js', import.meta.url));
const rules = fileURLToPath(new URL('redocly.yaml', import.meta.url));

describe('the linter', () => {
  it('finds nothing', async () => {
    expect(await problemsOf(document)).toEqual([]);
  });

  it('finds what is wrong', async () => {
    const broken = { ...document, paths: { '/x': { get: { summary: 'x', responses: {} } } } };
    const found = await problemsOf(broken);
    expect(found).toContain('operation-operationId');
    expect(found).toContain('no-unused-components');
  });
});

describe('every operation', () => {
  it.each(operations.map((operation) => [operation.operationId, operation] as const))(
    '%s has what a reader needs',
    (_, operation) => {
      expect(operation.summary).not.toBe('');
      expect(operation.description).not.toBe('');
      expect(operation.tags).toHaveLength(1);
      for (const response of Object.values(operation.responses)) {
        expect(Object.keys(response.headers)).toContain('x-request-id');
        for (const media of Object.values(response.content)) {
          expect(examplesOf(media).length).toBeGreaterThan(0);
        }
      }
      if (operation.path.startsWith('/v1')) {
        expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['401', '403', '500']));
      }
    },
  );

  it('has an example that is what its schema says', () => {
    const check = documentChecker(document);
    let count = 0;
    for (const { path, method, requestBody, responses } of operations) {
      const bodies = Object.entries(responses).map(
        ([status, { content }]) => [`responses/${status}`, content] as const,
      );
      for (const [place, content] of requestBody
        ? [...bodies, ['requestBody', requestBody.content] as const]
        : bodies) {
        for (const [type, media] of Object.entries(content)) {
          for (const { value } of examplesOf(media)) {
            expect(check(value, path, method, place, type), `${path} ${place} ${type}`).toEqual([]);
            count++;
          }
        }
      }
    }
    expect(count).toBeGreaterThan(30);
  });

  it('shows requests that the gateway takes', () => {
    const check = createChatRequestChecker();
    const [chat] = operations;
    const media = chat?.requestBody?.content['application/json'];
    const examples = media ? examplesOf(media) : [];
    expect(examples.length).toBeGreaterThan(4);
    for (const { value } of examples) expect(check(value)).toBeUndefined();
  });
});

describe('errors', () => {
  it('are all there', () => {
    const documented = chatErrors.flatMap(({ errors }) => errors.map(({ name }) => name));
    expect([...documented, ...ofTheConsole, 'unknown_url', 'method_not_allowed'].sort()).toEqual(
      // Those of the admin API are in its own document; /metrics is no part of this API.
      Object.keys(errorCatalogue)
        .filter((name) => !/^(admin|metrics)_/.test(name))
        .sort(),
    );
  });

  it("of signing in to the console are none of an API key's", () => {
    const [chat] = operations;
    expect(Object.keys(chat?.responses ?? {})).not.toContain('410');
    const text = JSON.stringify(document);
    for (const name of ofTheConsole) {
      expect(text).not.toContain(`"${errorCatalogue[name].code}"`);
    }
  });

  it('show messages whose places are filled', () => {
    expect(JSON.stringify(document)).not.toMatch(/\{(?:param|limit|actual|retry|reason|model|key)\}/);
  });
});

it('has no leftovers of the checker', () => {
  const text = JSON.stringify(document.components.schemas);
  expect(text).not.toMatch(/"additionalProperties":true|"~kind"|9223372036854775/);
  // A list of types is one type and null; more become branches.
  for (const [, types = ''] of text.matchAll(/"type":\[([^\]]*)\]/g)) {
    expect(types).toMatch(/^"\w+","null"$/);
  }
  expect(() => new Ajv2020({ strict: false }).addSchema({ $id: 'all', ...document })).not.toThrow();
});

/** The rules that the document breaks. */
async function problemsOf(value: unknown): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'tollgate-openapi-'));
  try {
    const file = join(folder, 'openapi.json');
    await writeFile(file, JSON.stringify(value));
    const report = await lint(file, folder);
    return report.problems.map(({ ruleId }) => ruleId);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function lint(file: string, cwd: string): Promise<{ problems: { ruleId: string }[] }> {
  const env = {
    ...process.env,
    REDOCLY_TELEMETRY: 'off',
    REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true',
  };
  const flags = ['lint', file, '--config', rules, '--format=json', '--max-problems=1000'];
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [linter, ...flags],
      { cwd, env, timeout: 120_000 },
      (error, stdout, stderr) => {
        try {
          resolve(JSON.parse(stdout));
        } catch {
          reject(new Error(`the linter said nothing to be read: ${stderr}`, { cause: error }));
        }
      },
    );
  });
}
