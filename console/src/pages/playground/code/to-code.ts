// The request of the playground as a program: curl, Python and JavaScript with OpenAI's clients. It runs as it stands, with the
// key in the environment, so that no secret is ever copied along.
import type { ChatRequestBody } from '../conversation/build-request.ts';
import { javaScriptLiteral, pythonLiteral } from './json-literal.ts';

export const codeLanguages = ['curl', 'python', 'javascript'] as const;
export type CodeLanguage = (typeof codeLanguages)[number];

export const languageNames: Readonly<Record<CodeLanguage, string>> = {
  curl: 'curl',
  python: 'Python',
  javascript: 'JavaScript',
};

/** Where the key is taken from. */
export const keyVariable = 'TOLLGATE_API_KEY';

/** What to install before, where something is needed. */
export const installCommands: Readonly<Record<CodeLanguage, string | undefined>> = {
  curl: undefined,
  python: 'pip install openai',
  javascript: 'npm install openai',
};

/** `origin`: of the gateway, `http://127.0.0.1:8080`. */
export function toCode(language: CodeLanguage, origin: string, body: ChatRequestBody): string {
  return writers[language](origin, body);
}

const writers: Readonly<Record<CodeLanguage, (origin: string, body: ChatRequestBody) => string>> = {
  curl: (origin, body) => {
    const json = JSON.stringify(body, null, 2);
    const mark = markFor(json);
    return [
      `curl --no-buffer ${shellQuoted(`${origin}/v1/chat/completions`)} \\`,
      `  -H "Authorization: Bearer $${keyVariable}" \\`,
      `  -H 'Content-Type: application/json' \\`,
      `  --data-binary @- <<'${mark}'`,
      json,
      mark,
      '',
    ].join('\n');
  },
  python: (origin, body) => {
    const fields = fieldsOf(body).map(([name, value]) => `    ${name}=${pythonLiteral(value, 4)},\n`);
    return `import os

from openai import OpenAI

client = OpenAI(
    base_url=${pythonLiteral(`${origin}/v1`, 4)},
    api_key=os.environ["${keyVariable}"],
)

stream = client.chat.completions.create(
${fields.join('')}    stream=True,
)
for chunk in stream:
    for choice in chunk.choices:
        print(choice.delta.content or "", end="", flush=True)
${hasTools(body) ? pythonCalls : ''}print()
`;
  },
  javascript: (origin, body) => {
    const fields = fieldsOf(body).map(([name, value]) => `  ${name}: ${javaScriptLiteral(value, 2)},\n`);
    return `import OpenAI from 'openai';

const client = new OpenAI({
  baseURL: ${javaScriptLiteral(`${origin}/v1`, 2)},
  apiKey: process.env.${keyVariable},
});

const stream = await client.chat.completions.create({
${fields.join('')}  stream: true,
});
for await (const chunk of stream) {
  for (const { delta } of chunk.choices) {
    process.stdout.write(delta.content ?? '');
${hasTools(body) ? javaScriptCalls : ''}  }
}
process.stdout.write('\\n');
`;
  },
};

const pythonCalls = `        for call in choice.delta.tool_calls or []:
            print(call.function.name or "", call.function.arguments or "", end="", flush=True)
`;
const javaScriptCalls = `    for (const call of delta.tool_calls ?? []) {
      process.stdout.write(\`\${call.function?.name ?? ''}\${call.function?.arguments ?? ''}\`);
    }
`;

/** Usage in the stream is for this page's figures; a program that prints the answer does without. */
function fieldsOf({ stream, stream_options, ...fields }: ChatRequestBody): [string, unknown][] {
  return Object.entries(fields);
}

function hasTools(body: ChatRequestBody): boolean {
  return Array.isArray(body.tools);
}

/** A line that the JSON has nowhere. */
function markFor(json: string): string {
  let mark = 'JSON';
  const lines = new Set(json.split('\n'));
  while (lines.has(mark)) mark += '_';
  return mark;
}

function shellQuoted(text: string): string {
  return /^[\w:/.@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
