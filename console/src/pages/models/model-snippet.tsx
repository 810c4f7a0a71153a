// Code that calls a model through this gateway, ready to copy.
import { useState } from 'react';
import { Card } from '../../ui/card.tsx';
import { CodeBlock } from '../../ui/code-block.tsx';
import { Segmented } from '../../ui/toggle.tsx';

type Language = 'curl' | 'javascript' | 'python';

const languages: readonly { readonly value: Language; readonly label: string }[] = [
  { value: 'curl', label: 'curl' },
  { value: 'javascript', label: 'JavaScript' },
  { value: 'python', label: 'Python' },
];

export function ModelSnippet({ name }: { readonly name: string }) {
  const [language, setLanguage] = useState<Language>('curl');
  return (
    <Card
      title="Call it"
      description="With a key of yours in the place of TOLLGATE_API_KEY."
      actions={<Segmented label="Language" value={language} options={languages} onChange={setLanguage} />}
    >
      <CodeBlock
        title={languages.find(({ value }) => value === language)?.label ?? ''}
        code={codeFor(language, name, window.location.origin)}
      />
    </Card>
  );
}

function codeFor(language: Language, name: string, origin: string): string {
  const model = JSON.stringify(name);
  const base = `${origin}/v1`;
  if (language === 'curl') {
    const body = JSON.stringify({ model: name, messages: [{ role: 'user', content: 'Say hello.' }] });
    return `curl ${base}/chat/completions \\
  -H "Authorization: Bearer $TOLLGATE_API_KEY" \\
  -H "Content-Type: application/json" \\
  -d '${body.replaceAll("'", "'\\''")}'`;
  }
  if (language === 'javascript') {
    return `import OpenAI from 'openai';

const client = new OpenAI({
  baseURL: '${base}',
  apiKey: process.env.TOLLGATE_API_KEY,
});
const answer = await client.chat.completions.create({
  model: ${model},
  messages: [{ role: 'user', content: 'Say hello.' }],
});
console.log(answer.choices[0].message.content);`;
  }
  return `import os
from openai import OpenAI

client = OpenAI(base_url="${base}", api_key=os.environ["TOLLGATE_API_KEY"])
answer = client.chat.completions.create(
    model=${model},
    messages=[{"role": "user", "content": "Say hello."}],
)
print(answer.choices[0].message.content)`;
}
