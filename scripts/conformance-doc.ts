// Writes docs/conformance.md: `node scripts/conformance-doc.ts` runs all checks against the gateway in front of a scripted
// upstream and with the embedded model, and puts the results beside the checks. With `--keep-embedded` the results of the
// embedded model stay as they are on the page. A test keeps the page in step.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { catalogue } from '../src/conformance/catalogue.ts';
import { outcomeWord, tableRow } from '../src/conformance/markdown.ts';
import type { CheckResult } from '../src/conformance/run.ts';
import { embeddedResults, scriptedResults } from '../tests/conformance-command/measured-servers.ts';
import { clientMatrix } from './conformance-matrix.ts';

/** What stands in a column, by the check's id. */
export type Column = ReadonlyMap<string, string>;

export const pagePath = fileURLToPath(new URL('../docs/conformance.md', import.meta.url));

const checkCount = catalogue.reduce((sum, { checks }) => sum + checks.length, 0);

const intro = `# Conformance

<!-- Written by scripts/conformance-doc.ts. Do not edit. -->

A gateway is trusted when nothing that a real client sends or expects breaks. Two things show it here: a command that tests
the wire of any server, and the clients that people use, run against this one.

## The command

\`\`\`sh
npx tollgate conformance --base-url http://127.0.0.1:8080/v1 --api-key "$TOLLGATE_API_KEY"
\`\`\`

It sends some 150 requests over plain HTTP, looks at every byte that comes back, and prints one line for each of its
${checkCount} checks. It works against any server that speaks OpenAI's chat completions. The model answers 50 of the requests, in a
few words each, so a paid one costs some cents; a slow one takes a minute or two.

\`\`\`
Streams, chunks
  ✓ stream.stable-id      id, created and model are the same in all chunks                          0 ms
  ✗ stream.usage-last     include_usage: the last chunk has usage and no choices                  143 ms
      the last chunk: usage
        expected an object
        got nothing
\`\`\`

| option | what it does |
|---|---|
| \`--base-url\` | the server, as the official clients take it; default is the gateway on this machine |
| \`--api-key\` | or \`TOLLGATE_API_KEY\`; without one none is sent, and the checks about keys are skipped |
| \`--model\` | default \`gpt-5.1\` if the server lists it, else the first it lists |
| \`--only stream,tools.required\` | some groups or checks; \`--list\` names them all |
| \`--timeout 300\` | seconds for one exchange, default 120 |
| \`--strict\` | fail also for what only *should* hold |
| \`--large\` | also send a body of 34 MiB |
| \`--json\`, \`--markdown\` | for machines, for documents |

The exit code is 0 when no check that **must** hold fails, 1 when one does or when the server does not answer, 2 for wrong
use. What **should** hold is asked for by the wire contract too, but servers differ there and clients cope; OpenAI itself is
one of them in places (it answers 400 where this gateway says 415, and leaves \`logprobs\` out). A check is **skipped** when
the server says clearly, with a status 4xx and a proper error, that it cannot do what is asked, or when the model's answer was
no material to judge. A server that answers 429 or 503 with \`retry-after\` is waited for, up to 30 s.

The column *contract* names the section of the wire contract: 1 requests, 2 answers, 3 streams, 4 errors, 6 the details that
servers get wrong. That every check can fail is tested: for each there are servers that lie in exactly that one way
(\`tests/conformance-command/lies/\`).

## Tollgate's own result

*Scripted* is the gateway in front of a scripted upstream that can do everything; *embedded* is the gateway with its embedded
model, the small SmolLM2-135M.
`;

/** The whole page. Throws when a check has no result. */
export function conformancePage(scripted: Column, embedded: Column): string {
  const tables = catalogue.map(({ title, checks }) => {
    const rows = checks.map(({ id, title, severity, contract }) =>
      tableRow([`\`${id}\``, title, severity, contract, wordOf(scripted, id), wordOf(embedded, id)]),
    );
    const head = tableRow(['check', 'what holds', 'severity', 'contract', 'scripted', 'embedded']);
    return `\n### ${title}\n\n${head}|---|---|---|---|---|---|\n${rows.join('')}`;
  });
  return `${intro}${tables.join('')}${clientMatrix()}`;
}

function wordOf(column: Column, id: string): string {
  const word = column.get(id);
  if (word === undefined) throw new Error(`there is no result of ${id}; run node scripts/conformance-doc.ts`);
  return word;
}

export function columnOf(results: readonly CheckResult[]): Column {
  return new Map(results.map((result) => [result.check.id, outcomeWord(result)]));
}

/** The last column of a page that was written before. */
export function embeddedColumnOf(page: string): Column {
  const rows = page.matchAll(/^\| `([a-z0-9._-]+)` \|.* \| ([^|]+) \|$/gm);
  return new Map(Array.from(rows, ([, id = '', word = '']) => [id, word]));
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const scripted = await scriptedResults();
  await writeFile(pagePath, conformancePage(columnOf(scripted), await embeddedColumn()));
}

async function embeddedColumn(): Promise<Column> {
  if (process.argv.includes('--keep-embedded')) return embeddedColumnOf(await readFile(pagePath, 'utf8'));
  const embedded = await embeddedResults();
  if ('missing' in embedded) throw new Error(`the embedded model is not to be had: ${embedded.missing}`);
  return columnOf(embedded);
}
