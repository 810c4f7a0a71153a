// Every metric there is, in one table: docs/observability.md and the Grafana dashboard are checked against it. Labels come from
// the configuration and from closed lists only, never from what a client sent: that bounds how many series there can be.
import type { MetricDefinition } from './instruments.ts';

/** In seconds; OpenTelemetry's advice for `gen_ai.client.operation.duration`. */
const operationSeconds = [
  0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
];
/** Its advice for `gen_ai.client.token.usage`. */
const tokenCounts = [
  1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864,
];
const gapSeconds = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30];
const commitSeconds = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5];
const batchItems = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

type Shape = Omit<MetricDefinition, 'name' | 'type' | 'help' | 'labels'>;

function metric(
  type: MetricDefinition['type'],
  name: string,
  labels: readonly string[],
  help: string,
  shape: Shape = {},
): MetricDefinition {
  return { name, type, labels, help, ...shape };
}

export const metrics = {
  requests: metric(
    'counter',
    'tollgate_requests_total',
    ['model', 'provider', 'status', 'stream'],
    'Chat requests that are over.',
  ),
  errors: metric('counter', 'tollgate_errors_total', ['code', 'model'], 'Requests that ended in an error.'),
  attempts: metric(
    'counter',
    'tollgate_upstream_attempts_total',
    ['provider', 'upstream_model', 'result'],
    'Calls to upstreams, retries and fallbacks included.',
  ),
  tokens: metric(
    'counter',
    'tollgate_tokens_total',
    ['model', 'provider', 'class'],
    'Tokens used, each in one class.',
  ),
  cost: metric(
    'counter',
    'tollgate_cost_usd_total',
    ['model', 'provider'],
    'What the requests cost by their price, in USD.',
    { scale: 1e9 },
  ),
  duration: metric(
    'histogram',
    'tollgate_request_duration_seconds',
    ['model', 'provider', 'stream', 'error'],
    'From the first byte of a request that the ledger has as settled to the last of its answer.',
    { buckets: operationSeconds },
  ),
  firstToken: metric(
    'histogram',
    'tollgate_first_token_seconds',
    ['model', 'provider', 'stream'],
    'From the first byte of a request to the first token of its answer; without streaming, to the answer.',
    { buckets: operationSeconds },
  ),
  requestTokens: metric(
    'histogram',
    'tollgate_request_tokens',
    ['model', 'provider', 'type'],
    'Tokens of a request: its input and its output.',
    { buckets: tokenCounts },
  ),
  gapLongest: metric(
    'histogram',
    'tollgate_stream_gap_longest_seconds',
    ['model', 'provider'],
    'The longest silence between two pieces of a stream, once a stream.',
    { buckets: gapSeconds },
  ),
  gapMean: metric(
    'histogram',
    'tollgate_stream_gap_mean_seconds',
    ['model', 'provider'],
    'The mean silence between the pieces of a stream, once a stream.',
    { buckets: gapSeconds },
  ),
  holds: metric(
    'counter',
    'tollgate_holds_total',
    ['model'],
    'Requests the worst case of which was reserved.',
  ),
  refusals: metric(
    'counter',
    'tollgate_limit_refusals_total',
    ['metric', 'window'],
    'Requests that a limit had no room for.',
  ),
  overload: metric(
    'counter',
    'tollgate_overload_refusals_total',
    ['reason'],
    'Requests that were refused at the door, before anything was done for them.',
  ),
  unsettled: metric(
    'counter',
    'tollgate_unsettled_total',
    [],
    'Requests whose settlement the ledger did not take; their rows stay held until the next start.',
  ),
  underWay: metric('gauge', 'tollgate_requests_in_flight', [], 'Chat requests under way.'),
  ledgerQueue: metric(
    'gauge',
    'tollgate_ledger_queue_depth',
    ['kind'],
    'What waits for the next transaction of the ledger.',
  ),
  batchItems: metric(
    'histogram',
    'tollgate_ledger_batch_items',
    [],
    'Holds, settlements and checkpoints in one transaction of the ledger.',
    { buckets: batchItems },
  ),
  commit: metric(
    'histogram',
    'tollgate_ledger_commit_seconds',
    [],
    'How long a transaction of the ledger took, the way to the database and back included.',
    { buckets: commitSeconds },
  ),
  failedBatches: metric(
    'counter',
    'tollgate_ledger_failed_batches_total',
    [],
    'Transactions of the ledger that were not committed.',
  ),
  contentKept: metric(
    'counter',
    'tollgate_content_kept_total',
    [],
    'Requests the content of which was kept, where content logging is on.',
  ),
  contentDropped: metric(
    'counter',
    'tollgate_content_dropped_total',
    ['reason'],
    'Requests the content of which was to be kept and was not.',
  ),
  storeUp: metric('gauge', 'tollgate_store_available', [], '1 while the ledger takes writes, else 0.'),
  circuit: metric(
    'gauge',
    'tollgate_circuit_state',
    ['provider', 'upstream_model', 'state'],
    'The circuit breaker of a target: 1 for the state it is in, 0 for the others.',
  ),
  targetInFlight: metric(
    'gauge',
    'tollgate_upstream_requests_in_flight',
    ['provider', 'upstream_model'],
    'Requests under way at a target.',
  ),
  engine: metric(
    'gauge',
    'tollgate_engine_state',
    ['state'],
    'The embedded model: 1 for the state it is in, 0 for the others.',
  ),
  engineSlots: metric(
    'gauge',
    'tollgate_engine_slots',
    [],
    'Requests the embedded model can answer at the same time; only while it is ready.',
  ),
  engineSlotsBusy: metric(
    'gauge',
    'tollgate_engine_slots_busy',
    [],
    'Slots of the embedded model that are in use.',
  ),
  engineQueue: metric(
    'gauge',
    'tollgate_engine_queue_depth',
    [],
    'Requests that wait for a slot of the embedded model.',
  ),
  engineTokens: metric(
    'counter',
    'tollgate_engine_tokens_total',
    ['type'],
    'Tokens the embedded model read and wrote since its process started; what it still knew of a prompt is not read again.',
  ),
  engineMemory: metric(
    'gauge',
    'tollgate_engine_resident_memory_bytes',
    [],
    'Resident memory of the process of the embedded model.',
  ),
  configGeneration: metric(
    'gauge',
    'tollgate_config_generation',
    [],
    'How often tollgate.yaml was taken over, the start included.',
  ),
  configRefused: metric(
    'gauge',
    'tollgate_config_refused',
    [],
    '1 while tollgate.yaml as it is now has a mistake and an older one is in force, else 0.',
  ),
  workers: metric('gauge', 'tollgate_workers', [], 'Processes that serve requests now.'),
  workerRestarts: metric(
    'counter',
    'tollgate_worker_restarts_total',
    [],
    'Processes that died and were replaced by another.',
  ),
  eventLoop: metric(
    'gauge',
    'tollgate_event_loop_delay_seconds',
    ['statistic'],
    'Delay of the event loop since it was last looked at.',
  ),
  build: metric('gauge', 'tollgate_build_info', ['version', 'node'], 'Always 1; the labels say what runs.'),
  cpu: metric('counter', 'process_cpu_seconds_total', [], 'CPU time of the process, user and system.'),
  resident: metric('gauge', 'process_resident_memory_bytes', [], 'Resident memory of the process.'),
  started: metric('gauge', 'process_start_time_seconds', [], 'When the process started, in Unix seconds.'),
  descriptors: metric(
    'gauge',
    'process_open_fds',
    [],
    'Open file descriptors of the process; only where the system tells them.',
  ),
  heap: metric('gauge', 'nodejs_heap_size_used_bytes', [], 'Used heap of the main thread.'),
} as const;
