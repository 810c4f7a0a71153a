// Writes a tiny Llama model with random weights (about 600 kB) that speaks nonsense but loads, tokenizes any UTF-8 and
// decodes thousands of tokens a second: what the tests of the embedded model run on. Same arguments, same bytes.
// Usage: node scripts/make-tiny-gguf.ts <file> [chatml|thinking]
import { writeFileSync } from 'node:fs';
import { argv } from 'node:process';

const shape = { context: 8192, embedding: 64, layers: 2, heads: 4, keyValueHeads: 2, feedForward: 128 };
const headSize = shape.embedding / shape.heads;

const tokenType = { normal: 1, control: 3, userDefined: 4 } as const;
const controlTokens = ['<|endoftext|>', '<|im_start|>', '<|im_end|>'];
const markupTokens = ['<think>', '</think>', '<tool_call>', '</tool_call>'];
const merges = ['h e', 'l l', 'he ll', 'hell o', 'Ġ t', 'Ġt he', 'i n', 'o n', 'u s', 'us e', 'use r'];

const chatTemplates = {
  chatml:
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}",
  /** The parts of Qwen3's template that matter: tools, calls in the history, switchable thinking. */
  thinking: [
    "{%- if tools %}{{- '<|im_start|>system\n# Tools\n' }}{%- for tool in tools %}{{- tool | tojson + '\n' }}{%- endfor %}{{- '<|im_end|>\n' }}{%- endif %}",
    '{%- for message in messages %}',
    "{%- if message.role == 'tool' %}{{- '<|im_start|>user\n<tool_response>\n' + message.content + '\n</tool_response><|im_end|>\n' }}",
    "{%- else %}{{- '<|im_start|>' + message.role + '\n' + message.content }}",
    '{%- if message.tool_calls %}{%- for call in message.tool_calls %}',
    '{{- \'\n<tool_call>\n{"name": "\' + call.function.name + \'", "arguments": \' }}{{- call.function.arguments | tojson }}{{- \'}\n</tool_call>\' }}',
    '{%- endfor %}{%- endif %}',
    "{{- '<|im_end|>\n' }}{%- endif %}",
    '{%- endfor %}',
    "{%- if add_generation_prompt %}{{- '<|im_start|>assistant\n' }}",
    "{%- if enable_thinking is defined and enable_thinking is false %}{{- '<think>\n\n</think>\n\n' }}{%- endif %}{%- endif %}",
  ].join(''),
} as const;

type TemplateName = keyof typeof chatTemplates;

/** GPT-2's spelling of the 256 bytes, each as one printable character. */
function byteAlphabet(): string[] {
  let shifted = 256;
  return Array.from({ length: 256 }, (_, byte) => {
    const printable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
    return String.fromCodePoint(printable ? byte : shifted++);
  });
}

const ordinaryTokens = [...byteAlphabet(), ...merges.map((merge) => merge.replace(' ', ''))];
const vocabulary = [...controlTokens, ...markupTokens, ...ordinaryTokens];
const vocabularyTypes = [
  ...controlTokens.map(() => tokenType.control),
  ...markupTokens.map(() => tokenType.userDefined),
  ...ordinaryTokens.map(() => tokenType.normal),
];

/** Mulberry32: small, and the same everywhere. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

interface Tensor {
  readonly name: string;
  readonly dimensions: readonly number[];
  readonly values: Float32Array;
}

function tensors(): Tensor[] {
  const random = createRandom(20251122);
  const ones = (name: string, size: number): Tensor => ({
    name,
    dimensions: [size],
    values: new Float32Array(size).fill(1),
  });
  const matrix = (name: string, columns: number, rows: number, deviation: number): Tensor => ({
    name,
    dimensions: [columns, rows],
    values: Float32Array.from({ length: columns * rows }, () => (random() - 0.5) * Math.sqrt(12) * deviation),
  });
  const { embedding, feedForward } = shape;
  const keyValue = shape.keyValueHeads * headSize;
  const layer = (index: number): Tensor[] => {
    const name = (part: string) => `blk.${index}.${part}.weight`;
    return [
      ones(name('attn_norm'), embedding),
      matrix(name('attn_q'), embedding, embedding, 0.2),
      matrix(name('attn_k'), embedding, keyValue, 0.2),
      matrix(name('attn_v'), embedding, keyValue, 0.2),
      matrix(name('attn_output'), embedding, embedding, 0.2),
      ones(name('ffn_norm'), embedding),
      matrix(name('ffn_gate'), embedding, feedForward, 0.2),
      matrix(name('ffn_up'), embedding, feedForward, 0.2),
      matrix(name('ffn_down'), feedForward, embedding, 0.2),
    ];
  };
  return [
    matrix('token_embd.weight', embedding, vocabulary.length, 1),
    ...Array.from({ length: shape.layers }, (_, index) => layer(index)).flat(),
    ones('output_norm.weight', embedding),
    matrix('output.weight', embedding, vocabulary.length, 0.15),
  ];
}

// GGUF version 3, little-endian: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
const valueType = { uint32: 4, int32: 5, float32: 6, bool: 7, string: 8, array: 9 } as const;
const alignment = 32;

const uint32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const float32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
};
const uint64 = (value: number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
};
const string = (value: string) => Buffer.concat([uint64(Buffer.byteLength(value)), Buffer.from(value)]);
const array = (type: number, items: readonly Buffer[]) =>
  Buffer.concat([uint32(type), uint64(items.length), ...items]);
const entry = (key: string, type: number, value: Buffer) => Buffer.concat([string(key), uint32(type), value]);

function metadata(template: TemplateName): Buffer[] {
  const number = (key: string, value: number) => entry(key, valueType.uint32, uint32(value));
  return [
    entry('general.architecture', valueType.string, string('llama')),
    entry('general.name', valueType.string, string('Tiny random Llama')),
    number('general.file_type', 0),
    number('llama.context_length', shape.context),
    number('llama.embedding_length', shape.embedding),
    number('llama.block_count', shape.layers),
    number('llama.feed_forward_length', shape.feedForward),
    number('llama.attention.head_count', shape.heads),
    number('llama.attention.head_count_kv', shape.keyValueHeads),
    number('llama.rope.dimension_count', headSize),
    number('llama.vocab_size', vocabulary.length),
    entry('llama.attention.layer_norm_rms_epsilon', valueType.float32, float32(1e-5)),
    entry('tokenizer.ggml.model', valueType.string, string('gpt2')),
    entry('tokenizer.ggml.pre', valueType.string, string('gpt-2')),
    entry('tokenizer.ggml.tokens', valueType.array, array(valueType.string, vocabulary.map(string))),
    entry('tokenizer.ggml.token_type', valueType.array, array(valueType.int32, vocabularyTypes.map(uint32))),
    entry('tokenizer.ggml.merges', valueType.array, array(valueType.string, merges.map(string))),
    number('tokenizer.ggml.bos_token_id', vocabulary.indexOf('<|endoftext|>')),
    number('tokenizer.ggml.eos_token_id', vocabulary.indexOf('<|im_end|>')),
    entry('tokenizer.ggml.add_bos_token', valueType.bool, Buffer.of(0)),
    entry('tokenizer.chat_template', valueType.string, string(chatTemplates[template])),
  ];
}

const padded = (length: number) => Math.ceil(length / alignment) * alignment;
const padding = (length: number) => Buffer.alloc(padded(length) - length);

function gguf(template: TemplateName): Buffer {
  const entries = metadata(template);
  const all = tensors();
  let offset = 0;
  const infos = all.map(({ name, dimensions, values }) => {
    const info = [
      string(name),
      uint32(dimensions.length),
      ...dimensions.map(uint64),
      uint32(0),
      uint64(offset),
    ];
    offset += padded(values.byteLength);
    return Buffer.concat(info);
  });
  const head = Buffer.concat([
    Buffer.from('GGUF'),
    uint32(3),
    uint64(all.length),
    uint64(entries.length),
    ...entries,
    ...infos,
  ]);
  const data = all.flatMap(({ values }) => [Buffer.from(values.buffer), padding(values.byteLength)]);
  return Buffer.concat([head, padding(head.length), ...data]);
}

const [file, template = 'chatml'] = argv.slice(2);
if (file === undefined || !Object.hasOwn(chatTemplates, template)) {
  throw new Error('usage: node scripts/make-tiny-gguf.ts <file> [chatml|thinking]');
}
writeFileSync(file, gguf(template as TemplateName));
