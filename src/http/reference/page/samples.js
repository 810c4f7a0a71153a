// A request as code: curl, JavaScript, Python. Knows no page, so that tests run what it writes.

/**
 * @typedef {object} ChatSample
 * @property {string} origin Of the gateway, such as `http://127.0.0.1:8080`.
 * @property {Record<string, unknown>} body The request.
 * @property {ReadonlySet<string>} known Fields that the official clients have parameters for.
 */
/** @typedef {{ curl: string, javascript: string, python: string }} Samples */

const curlKey = '-H "Authorization: Bearer $TOLLGATE_API_KEY"';

/**
 * @param {ChatSample} sample
 * @returns {Samples}
 */
export function chatSamples({ origin, body, known }) {
  const stream = body.stream === true;
  return {
    curl: `curl ${stream ? '--no-buffer ' : ''}${origin}/v1/chat/completions \\
  ${curlKey} \\
  -H "Content-Type: application/json" \\
  -d ${shellText(JSON.stringify(body, null, 2))}
`,
    javascript: `${javascriptClient(origin)}
const ${stream ? 'stream' : 'completion'} = await client.chat.completions.create(${javascriptValue(body)});
${stream ? javascriptLoop(body) : 'console.log(completion.choices[0].message);'}
`,
    python: `${pythonClient(origin)}
${stream ? 'stream' : 'completion'} = client.chat.completions.create(
${pythonArguments(body, known)})
${stream ? pythonLoop(body) : 'print(completion.choices[0].message)'}
`,
  };
}

/**
 * Prints what is streamed; calls too, where there are tools to call.
 * @param {Record<string, unknown>} body
 */
function javascriptLoop(body) {
  if (!body.tools) {
    return `for await (const chunk of stream) {
  process.stdout.write(chunk.choices[0]?.delta?.content ?? '');
}`;
  }
  return `for await (const chunk of stream) {
  const delta = chunk.choices[0]?.delta;
  process.stdout.write(delta?.content ?? '');
  for (const call of delta?.tool_calls ?? []) {
    process.stdout.write((call.function?.name ?? '') + (call.function?.arguments ?? ''));
  }
}`;
}

/** @param {Record<string, unknown>} body */
function pythonLoop(body) {
  const text = `for chunk in stream:
    if chunk.choices:
        print(chunk.choices[0].delta.content or "", end="", flush=True)`;
  if (!body.tools) return text;
  return `${text}
        for call in chunk.choices[0].delta.tool_calls or []:
            print(call.function.name or "", call.function.arguments or "", end="", flush=True)`;
}

/**
 * An operation that only reads.
 * @param {{ origin: string, operation: string, path: string, parameter: string | undefined, needsKey: boolean }} sample
 * @returns {Samples}
 */
export function getSamples({ origin, operation, path, parameter, needsKey }) {
  const url = origin + path;
  const call = { listModels: 'models.list()', retrieveModel: 'models.retrieve' }[operation];
  const curl = `curl ${/^[\w:/.%-]*$/.test(url) ? url : shellText(url)}${needsKey ? ` \\\n  ${curlKey}` : ''}\n`;
  if (!call) {
    return {
      curl,
      javascript: `const response = await fetch(${javascriptText(url)});\nconsole.log(response.status, await response.json());\n`,
      python: `import urllib.request\n\nwith urllib.request.urlopen(${pythonValue(url)}) as response:\n    print(response.status, response.read().decode())\n`,
    };
  }
  const javascriptCall = parameter === undefined ? call : `${call}(${javascriptText(parameter)})`;
  const pythonCall = parameter === undefined ? call : `${call}(${pythonValue(parameter)})`;
  return {
    curl,
    javascript: `${javascriptClient(origin)}\nconsole.log(await client.${javascriptCall});\n`,
    python: `${pythonClient(origin)}\nprint(client.${pythonCall})\n`,
  };
}

/** @param {string} origin */
function javascriptClient(origin) {
  return `import OpenAI from 'openai';

const client = new OpenAI({
  baseURL: '${origin}/v1',
  apiKey: process.env.TOLLGATE_API_KEY,
});
`;
}

/** @param {string} origin */
function pythonClient(origin) {
  return `import os
from openai import OpenAI

client = OpenAI(
    base_url="${origin}/v1",
    api_key=os.environ["TOLLGATE_API_KEY"],
)
`;
}

/**
 * For a POSIX shell.
 * @param {string} text
 */
function shellText(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** @param {string} text */
function javascriptText(text) {
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${inner}'`;
}

/**
 * @param {unknown} value
 * @param {string} [indent]
 * @returns {string}
 */
function javascriptValue(value, indent = '') {
  const deeper = `${indent}  `;
  if (typeof value === 'string') return javascriptText(value);
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    return `[\n${value.map((item) => `${deeper}${javascriptValue(item, deeper)},\n`).join('')}${indent}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value);
    if (members.length === 0) return '{}';
    // As a plain key, `__proto__` would set the prototype instead.
    const key = (/** @type {string} */ name) =>
      name === '__proto__' ? "['__proto__']" : /^[A-Za-z_$][\w$]*$/.test(name) ? name : javascriptText(name);
    return `{\n${members.map(([name, member]) => `${deeper}${key(name)}: ${javascriptValue(member, deeper)},\n`).join('')}${indent}}`;
  }
  return JSON.stringify(value);
}

/**
 * @param {Record<string, unknown>} body
 * @param {ReadonlySet<string>} known
 */
function pythonArguments(body, known) {
  const members = Object.entries(body);
  const extra = members.filter(([name]) => !known.has(name));
  const lines = members.filter(([name]) => known.has(name));
  // The Python client takes fields it does not know in one place of their own.
  if (extra.length > 0) lines.push(['extra_body', Object.fromEntries(extra)]);
  return lines.map(([name, value]) => `    ${name}=${pythonValue(value, '    ')},\n`).join('');
}

/**
 * @param {unknown} value
 * @param {string} [indent]
 * @returns {string}
 */
function pythonValue(value, indent = '') {
  const deeper = `${indent}    `;
  if (value === null) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    return `[\n${value.map((item) => `${deeper}${pythonValue(item, deeper)},\n`).join('')}${indent}]`;
  }
  if (typeof value === 'object') {
    const members = Object.entries(value);
    if (members.length === 0) return '{}';
    return `{\n${members.map(([name, member]) => `${deeper}${JSON.stringify(name)}: ${pythonValue(member, deeper)},\n`).join('')}${indent}}`;
  }
  // JSON's strings and numbers are Python's too.
  return JSON.stringify(value);
}
