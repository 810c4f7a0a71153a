// Long: one table. Where each statement of the wire contract is asserted. Sections 1 and 4 have tables of their own in this folder;
// here is the rest, statement by statement. Evidence is a check of `tollgate conformance`, which the gateway passes and which is
// proven able to fail, or a text that stands in a test. Sections 5a to 5c are about dialects that come later.

export interface ContractRow {
  readonly section: string;
  readonly says: string;
  /** Ids of checks. */
  readonly checks?: readonly string[];
  /** Files with a text that must stand in them: the name of the test, or the number itself. */
  readonly tests?: readonly (readonly [file: string, text: string])[];
}

const faults = 'tests/faults';
const adapter = 'src/providers/openai-compatible';
const clients = 'tests/conformance';

export const contractRows: readonly ContractRow[] = [
  {
    section: '0.1',
    says: 'max_tokens becomes max_completion_tokens where the upstream wants it, and back',
    tests: [
      [`${clients}/wire/what-reaches-the-upstream.test.ts`, 'max_completion_tokens'],
      [`${adapter}/to-request.test.ts`, 'its other name'],
    ],
  },
  {
    section: '0.1',
    says: 'developer becomes system where the upstream lacks it',
    tests: [[`${clients}/wire/what-reaches-the-upstream.test.ts`, 'the developer role becomes system']],
  },
  {
    section: '1',
    says: 'every field at and beyond the edges of its range',
    tests: [
      ['tests/conformance-table/accepted-fields.test.ts', 'taken and passed on as written'],
      ['tests/conformance-table/refused-fields.test.ts', 'tools and formats'],
    ],
  },
  {
    section: '1',
    says: 'unknown fields pass through; strict_params refuses them by name',
    checks: ['request.unknown-field'],
    tests: [[`${faults}/upstream-dialects.test.ts`, 'Unrecognized request argument']],
  },
  {
    section: '1',
    says: 'functions and function_call are mapped to tools and back',
    checks: ['tools.legacy'],
    tests: [[`${faults}/upstream-dialects.test.ts`, 'go upstream as tools and come back as function_call']],
  },

  {
    section: '2',
    says: 'required keys: id, object, created in seconds, model, choices',
    checks: ['answer.envelope', 'answer.created', 'answer.model-echo'],
  },
  {
    section: '2',
    says: 'choice: finish_reason, index, message, logprobs',
    checks: ['answer.choice', 'answer.logprobs-key'],
  },
  {
    section: '2',
    says: 'message: role, content, refusal, annotations []',
    checks: ['answer.message', 'answer.annotations'],
  },
  {
    section: '2',
    says: 'content null when only tool calls; tool_calls left out when none; no index in calls',
    checks: ['tools.content-null', 'answer.no-tool-calls', 'tools.call'],
  },
  {
    section: '2',
    says: 'five finish reasons, nothing else',
    checks: ['answer.choice', 'stream.finish-once'],
    tests: [[`${faults}/bad-upstream.test.ts`, 'a word of its own']],
  },
  { section: '2', says: 'system_fingerprint null or a string, never ""', checks: ['answer.fingerprint'] },
  {
    section: '2',
    says: 'completion_tokens include reasoning, prompt_tokens include cached, total is the sum',
    checks: ['answer.usage', 'reasoning.counted'],
    tests: [[`${adapter}/map-usage.test.ts`, 'total_tokens: 560']],
  },
  {
    section: '2',
    says: 'details of usage of 2026',
    tests: [['tests/conformance-table/kept-answers.test.ts', 'usage with every detail of 2026']],
  },
  {
    section: '2',
    says: 'logprobs with token, logprob, bytes, top_logprobs; -9999.0',
    checks: ['logprobs.content', 'logprobs.top'],
    tests: [['tests/conformance-table/kept-answers.test.ts', 'logprob: -9999']],
  },
  {
    section: '2',
    says: 'url_citation',
    tests: [['tests/conformance-table/kept-answers.test.ts', "type: 'url_citation'"]],
  },
  {
    section: '2',
    says: 'reasoning_content out whatever the upstream calls it; the alias behind a switch',
    checks: ['reasoning.field'],
    tests: [
      [`${clients}/wire/what-reaches-the-upstream.test.ts`, 'reasoning is `reasoning_content`'],
      [`${faults}/upstream-dialects.test.ts`, 'reasoning_alias'],
    ],
  },
  {
    section: '2',
    says: 'reasoning comes back in, and goes upstream under the name it knows',
    checks: ['reasoning.history'],
    tests: [[`${faults}/upstream-dialects.test.ts`, 'of earlier turns goes back under the name']],
  },

  {
    section: '3',
    says: 'status, content type, cache-control, x-accel-buffering, no length, no compression',
    checks: ['stream.content-type', 'stream.unbuffered', 'stream.uncompressed'],
    tests: [[`${clients}/wire/stream-bytes.test.ts`, 'no-cache, no-transform']],
  },
  {
    section: '3',
    says: 'data lines with one JSON, no event: and no id:',
    checks: ['stream.framing', 'stream.no-other-fields', 'stream.json'],
  },
  { section: '3', says: '[DONE] last, then close', checks: ['stream.done'] },
  {
    section: '3',
    says: 'same id, created and model in all chunks',
    checks: ['stream.stable-id', 'stream.chunk-object'],
  },
  {
    section: '3',
    says: 'role once, per choice, choice 0 first',
    checks: ['stream.role-first', 'stream.opening', 'stream.role-once', 'n.stream-order', 'n.stream-each'],
  },
  { section: '3', says: 'reasoning before content', checks: ['reasoning.stream-order'] },
  {
    section: '3',
    says: 'tool calls: id, type, name and "" first, then arguments only; next call index 1',
    checks: [
      'tool-stream.opening',
      'tool-stream.once',
      'tool-stream.index',
      'tool-stream.arguments',
      'tool-stream.parallel',
    ],
  },
  {
    section: '3',
    says: 'finish: an empty delta, one per choice',
    checks: ['stream.finish-once', 'stream.finish-last'],
  },
  {
    section: '3',
    says: 'usage last with choices [], null before; no key when not asked',
    checks: ['stream.usage-last', 'stream.usage-null', 'stream.usage-unasked', 'stream.usage-sum'],
  },
  {
    section: '3',
    says: 'usage on the finish chunk is split off',
    tests: [[`${clients}/wire/usage.test.ts`, 'the finish chunk']],
  },
  {
    section: '3',
    says: 'before the first byte an error is a status, also for a stream',
    checks: ['stream.refused'],
    tests: [[`${clients}/wire/stream-bytes.test.ts`, 'an error before the first byte is JSON']],
  },
  {
    section: '3',
    says: 'in mid-stream: one frame without choices, no [DONE]',
    tests: [[`${clients}/wire/broken-streams.test.ts`, 'expect(events.done).toBe(false)']],
  },
  {
    section: '3',
    says: 'keep-alive comments after 15 s of silence, no id: lines',
    tests: [
      ['src/config/config.test.ts', 'heartbeatMs: 15_000'],
      [`${faults}/slow-and-gone.test.ts`, ': keep-alive'],
    ],
  },
  {
    section: '3',
    says: 'comments of the upstream are dropped',
    tests: [[`${clients}/wire/stream-bytes.test.ts`, 'expect(events.comments).toBe(0)']],
  },
  {
    section: '3',
    says: 'at most 128 choices',
    checks: ['request.n'],
    tests: [[`${adapter}/read-stream.test.ts`, '"index":128']],
  },
  {
    section: '3',
    says: 'x-request-id, openai-version, openai-processing-ms, exposed headers',
    checks: ['header.request-id'],
    tests: [[`${faults}/upstream-dialects.test.ts`, '2020-10-01']],
  },
  {
    section: '3',
    says: 'retry-after in whole seconds and retry-after-ms on 429 and 503',
    tests: [
      ['tests/conformance-table/upstream-errors.test.ts', "'retry-after-ms': '7000'"],
      [`${faults}/bad-upstream.test.ts`, "'2', '1500'"],
    ],
  },

  {
    section: '4',
    says: 'every row of the table',
    tests: [
      ['tests/conformance-table/client-errors.test.ts', 'no key'],
      ['tests/conformance-table/upstream-errors.test.ts', 'overload'],
      ['tests/conformance-table/refused-fields.test.ts', 'words'],
    ],
  },
  {
    section: '4',
    says: 'client left: the upstream is aborted, the row says so',
    tests: [[`${faults}/routes.test.ts`, 'client_aborted']],
  },
  {
    section: '4',
    says: 'official clients ask once for 400 and 422, three times for 429 and 5xx',
    tests: [[`${clients}/openai-node/beyond.test.ts`, '[429, 3]']],
  },
  {
    section: '4',
    says: 'failures in mid-stream are not asked for again',
    tests: [[`${clients}/openai-node/beyond.test.ts`, 'a stream that broke is not asked for again']],
  },
  {
    section: '4',
    says: 'x-should-retry: false where no retry helps',
    tests: [['tests/conformance-table/client-errors.test.ts', "'x-should-retry': 'false'"]],
  },

  {
    section: '6.1',
    says: 'parallel calls keep indices of their own',
    checks: ['tool-stream.index', 'tool-stream.parallel'],
  },
  {
    section: '6.2',
    says: 'finish_reason tells of tool calls when there are some, and only then',
    checks: ['tools.required', 'tools.auto', 'tool-stream.finish'],
    tests: [[`${faults}/bad-upstream.test.ts`, 'tool_calls without calls']],
  },
  {
    section: '6.3',
    says: 'arguments are a string, "{}" for none',
    checks: ['tools.arguments', 'tools.no-arguments'],
    tests: [[`${adapter}/read-whole.test.ts`, 'encoded twice']],
  },
  {
    section: '6.4',
    says: 'no tool_calls: []',
    checks: ['answer.no-tool-calls', 'stream.no-tool-calls', 'request.tools', 'request.tool-order'],
  },
  {
    section: '6.5',
    says: 'usage is always asked for upstream, hidden when not asked',
    tests: [[`${clients}/wire/usage.test.ts`, 'not asked for: asked upstream, hidden from the client']],
  },
  {
    section: '6.6',
    says: 'a broken stream does not look whole',
    tests: [[`${clients}/wire/broken-streams.test.ts`, "code: 'upstream_error'"]],
  },
  {
    section: '6.7',
    says: 'flat errors and errors with choices are errors',
    tests: [
      [`${faults}/upstream-dialects.test.ts`, 'vLLM: flat'],
      [`${adapter}/read-stream.test.ts`, '"code":429},"choices":[]}'],
    ],
  },
  {
    section: '6.8',
    says: 'the first event decides the status',
    checks: ['stream.refused'],
    tests: [[`${faults}/bad-upstream.test.ts`, 'an error as first event']],
  },
  {
    section: '6.9',
    says: 'keep-alive comments disturb no client',
    tests: [
      [`${clients}/openai-node/beyond.test.ts`, 'keep-alive comments disturb neither'],
      [`${clients}/langchain/beyond.test.ts`, 'keep-alive comments do not disturb it'],
    ],
  },
  {
    section: '6.10',
    says: 'characters cut between packets stay whole; half characters harm nothing',
    checks: ['stream.utf-8'],
    tests: [
      [`${clients}/wire/stream-bytes.test.ts`, 'a character cut between two packets stays whole'],
      ['tests/conformance-table/kept-answers.test.ts', 'half a character'],
    ],
  },
  {
    section: '6.11',
    says: 'nothing is compressed or held back',
    checks: ['stream.uncompressed', 'stream.unbuffered'],
    tests: [[`${clients}/openai-node/beyond.test.ts`, 'the upstream is asked for plain bytes']],
  },
  {
    section: '6.12',
    says: 'a client that leaves is known upstream: early, in mid-stream, and without a stream',
    checks: ['connection.leave-stream', 'connection.leave-early'],
    tests: [[`${faults}/slow-and-gone.test.ts`, 'a hundred at once, at every moment']],
  },
  {
    section: '6.13',
    says: '<think> tags, however cut',
    checks: ['reasoning.apart'],
    tests: [[`${adapter}/think-tags.test.ts`, 'the same however the text is cut']],
  },
  { section: '6.14', says: 'reasoning goes in and out', checks: ['reasoning.history', 'reasoning.field'] },
  {
    section: '6.15',
    says: 'no parameter is silently ignored',
    checks: ['answer.length', 'answer.stop', 'n.choices', 'logprobs.content'],
    tests: [[`${faults}/upstream-dialects.test.ts`, 'x-tollgate-dropped-params']],
  },
  {
    section: '6.16',
    says: 'cached and reasoning tokens are counted within',
    checks: ['answer.usage'],
    tests: [[`${adapter}/map-usage.test.ts`, 'gateways to Anthropic']],
  },
  {
    section: '6.17',
    says: 'gpt-5 wants max_completion_tokens',
    tests: [[`${adapter}/to-request.test.ts`, '"max_completion_tokens":3']],
  },
  {
    section: '6.18',
    says: 'an empty account of the operator is never the client’s quota, and not retried',
    tests: [[`${faults}/upstream-dialects.test.ts`, "toBe('false')"]],
  },
  {
    section: '6.19',
    says: 'content types: charset is taken, text/plain is not',
    checks: ['error.charset', 'error.content-type'],
  },
  {
    section: '6.20',
    says: 'signatures survive; ids, times and model do not change between chunks',
    checks: ['stream.stable-id', 'stream.role-once'],
    tests: [
      ['tests/conformance-table/kept-answers.test.ts', 'a signature that the next turn needs'],
      [`${adapter}/read-stream.test.ts`, 'milliseconds'],
    ],
  },
];
