// Ready-made code that calls the gateway with a key: curl, JavaScript and Python with the `openai` packages. Pure.

export interface SnippetFacts {
  /** `https://gateway.example` */
  readonly origin: string;
  readonly key: string;
  readonly model: string;
}

export type SnippetLanguage = 'curl' | 'javascript' | 'python';

export const snippetLanguages: readonly { readonly value: SnippetLanguage; readonly label: string }[] = [
  { value: 'curl', label: 'curl' },
  { value: 'javascript', label: 'JavaScript' },
  { value: 'python', label: 'Python' },
];

export function snippet(language: SnippetLanguage, { origin, key, model }: SnippetFacts): string {
  const base = `${origin}/v1`;
  const ask = 'Say hello.';
  switch (language) {
    case 'curl': {
      const body = JSON.stringify({ model, messages: [{ role: 'user', content: ask }] });
      return `curl ${base}/chat/completions \\
  -H "Authorization: Bearer ${key}" \\
  -H "Content-Type: application/json" \\
  -d '${body.replaceAll("'", "'\\''")}'`;
    }
    case 'javascript':
      return `import OpenAI from 'openai';

const client = new OpenAI({
  baseURL: '${base}',
  apiKey: '${key}',
});
const answer = await client.chat.completions.create({
  model: ${JSON.stringify(model)},
  messages: [{ role: 'user', content: '${ask}' }],
});
console.log(answer.choices[0].message.content);`;
    case 'python':
      return `from openai import OpenAI

client = OpenAI(
    base_url="${base}",
    api_key="${key}",
)
answer = client.chat.completions.create(
    model=${JSON.stringify(model)},
    messages=[{"role": "user", "content": "${ask}"}],
)
print(answer.choices[0].message.content)`;
  }
}
