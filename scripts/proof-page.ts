// docs/proofs.md: what was proved, how, and the figures of the last long run. Pure.
import type { Machine } from '../bench/machine.ts';
import type { AbortFigures } from '../tests/ledger/proofs/aborts.ts';
import type { ClockFigures } from '../tests/ledger/proofs/clocks.ts';
import type { KillFigures } from '../tests/ledger/proofs/killed-nodes.ts';
import type { CrowdFigures } from '../tests/ledger/proofs/overshoot.ts';
import type { RetryFigures } from '../tests/ledger/proofs/retrying.ts';

export const parts = ['overshoot', 'kills', 'aborts', 'clocks', 'model'] as const;
export type Part = (typeof parts)[number];

export interface Stamp extends Machine {
  readonly command: string;
}

/** What one part found on one database. */
export interface Outcome<Figures> {
  readonly database: string;
  readonly about: Stamp;
  readonly seconds: number;
  readonly figures: Figures;
}

type Named<Figures> = Omit<Figures, 'amount' | 'most'> & { readonly limit: string };
export type AdmittedFigures = Named<CrowdFigures>;
export type BesiegedFigures = Named<RetryFigures>;
export interface OvershootFigures {
  readonly admitted: readonly AdmittedFigures[];
  readonly besieged: readonly BesiegedFigures[];
}

/** Each part on the databases it was run on. */
export interface Proved {
  readonly overshoot: readonly Outcome<OvershootFigures>[];
  readonly kills: readonly Outcome<KillFigures>[];
  readonly aborts: readonly Outcome<AbortFigures>[];
  readonly clocks: readonly Outcome<ClockFigures>[];
  readonly model: readonly Outcome<{ readonly runs: number }>[];
}

export function proofPage(proved: Proved): string {
  return `# Proofs

<!-- Written by scripts/proof.ts. Do not edit. -->

What Tollgate promises of budgets and its ledger is tried here against real gateways (\`tollgate serve\`, processes of their own),
real databases and an upstream in yet another process, which writes down every request that it accepts. A proof fails with the
first thing that is not as promised, and then writes nothing here. The figures say how hard was tried.

\`npm test\` runs all of it in a short form (\`tests/ledger/proofs/\`), \`npm run proof\` as below. Under each table stand the machine, the
date and the command of the run.

## No budget is ever passed

500 clients at once on a limit that pays for 37 requests. The limit is made from what the row of one request before says it
reserves. The upstream answers nobody until all 500 have been admitted or refused; exactly 37 must be with it then, and all others
must have a 429 that says when to come again. Meanwhile the limit is read as fast as the gateways answer, through the admin API of each in
turn, and straight from the database, where one statement must also find it equal to the sum of the rows. Without a cap set by the
clients, 36 get the usual one and the 37th the 100 tokens that are left. *Overshoot* is the most that was settled and held at any
instant, to the amount.

${table(
  ['Limit', 'Admitted', 'Refused', 'Instants seen (API + database)', 'Overshoot'],
  proved.overshoot.flatMap(({ database: name, figures }) =>
    figures.admitted.map(({ limit, admitted, refused, api, database, overshoot }) => [
      `${whereOf(name)}: ${limit}`,
      admitted,
      refused,
      `${api} + ${database}`,
      overshoot.toFixed(2),
    ]),
  ),
)}

The same clients, who now come again until they are served or told that it is of no use. A budget must be used up to the last
request that fits, to the nano-USD: another one would not have fitted, and what was spent is what the upstream served. A limit of
requests at a time must let everyone through in the end, never more at once than it says, as counted by the upstream.

${table(
  ['Limit', 'Served', '429 on the way', 'Most at once', 'Instants seen (API + database)', 'Overshoot'],
  proved.overshoot.flatMap(({ database: name, figures }) =>
    figures.besieged.map(({ limit, served, refusals, mostAtOnce, api, database, overshoot }) => [
      `${whereOf(name)}: ${limit}`,
      served,
      refusals,
      mostAtOnce,
      `${api} + ${database}`,
      overshoot.toFixed(3),
    ]),
  ),
)}

${stamps(proved.overshoot)}

## kill -9 loses nothing and doubles nothing

24 clients ask without a pause: whole answers and streams, with usage and without, some of seconds. At random moments a gateway is
killed with SIGKILL and started again; on PostgreSQL one of three, every tenth time the database itself, and every fifteenth time
the gateway stays dead until the others have closed what it held. Five limits apply to every request. In the end every request that
the upstream accepted must have exactly one row, no request may have reached it twice, every answer that a client got whole must be in the
ledger, nothing may stay held, and \`tollgate ledger verify\` must find every row and every counter right, before and after another
restart of all gateways. So rows are the accepted requests and those that were never dispatched.

${table(
  [
    'Database',
    'Gateways killed',
    'Databases killed',
    'Requests',
    'Accepted upstream',
    'Rows',
    'Recovered',
    '… at a checkpoint',
    'Never dispatched',
    'Answered whole, not settled',
    'Taken over after',
  ],
  proved.kills.map(({ database: name, figures }) => [
    name,
    figures.kills,
    figures.databaseKills,
    figures.requests,
    figures.accepted,
    figures.rows,
    figures.recovered,
    figures.atCheckpoint,
    figures.neverDispatched,
    figures.answeredUnsettled,
    figures.takenOverSeconds === undefined ? '' : `${figures.takenOverSeconds.toFixed(1)} s`,
  ]),
)}

${stamps(proved.kills)}

**Never dispatched** are rows whose request the upstream never saw. A hold is committed before anything is sent, so that nothing can
be sent that is not in the ledger; who is killed between the two leaves such a row. All of them are \`recovered\` or \`released\` and
cost nothing. **Answered whole, not settled**: the client had its answer, and the gateway was killed before it could write what it
cost. Such a row is closed at its last checkpoint, and costs nothing where there was none yet: what a crash makes uncertain is
charged to nobody. **Requests** beyond those accepted were refused, or met a gateway or a database that was dead.

## Who leaves pays for what was delivered

Clients leave before the first token, in the middle of a stream, behind the last byte, and before a whole answer; upstreams report
usage at the end, with every piece, or never. In *lockstep* the upstream writes a piece only when the client has asked for it, so
that it is known to the token what was delivered. Charged must be:

- the prompt: its text and 4 tokens a message, by OpenAI's tokenizer \`o200k_base\`, or what the upstream had reported by then;
- what was delivered, counted by the same tokenizer, or what the upstream had reported if that is more;
- behind the last byte: the usage that was reported, or the count where there is none.

The upstream must write nothing more once the client has left. *Running freely*, it writes a piece every 10 ms whoever reads, and it
is counted what it wrote after the client had left, and how much was charged beyond what the client had read.

${table(
  [
    'Database',
    'Before the first token',
    'Mid-stream',
    'After the last byte',
    'Whole answers',
    'Written after (lockstep)',
    'Written after, median / most',
    'Charged beyond, median / most',
  ],
  proved.aborts.map(({ database: name, figures: { writtenAfter, chargedBeyond, ...figures } }) => [
    name,
    figures.beforeFirstToken,
    figures.midStream,
    figures.afterLastByte,
    figures.wholeAnswers,
    writtenAfter.lockstep,
    `${writtenAfter.median} / ${writtenAfter.most}`,
    `${chargedBeyond.median} / ${chargedBeyond.most}`,
  ]),
)}

${stamps(proved.aborts)}

## Any order of things

Up to 80 random steps against a model of the books that a child could keep (\`tests/ledger/budget-model.ts\`): holds, settlements
(also twice), releases, checkpoints, limits of every scope, metric and window that come, change and go, restarts with requests
in flight, hours and months that pass. A hold must be granted exactly when the model has room, and every counter must be the sum of
the model's rows.

${table(
  ['Database', 'Runs'],
  proved.model.map(({ database: name, figures }) => [name, figures.runs]),
)}

${stamps(proved.model)}

## Clocks, windows, prices

A gateway whose clock jumps by seconds, hours, a day or a month, forwards and backwards, starting twenty minutes before the end of a
month, each time with requests in flight. Every hour's counter must be the sum of the requests that began in it, and within its
amount. Prices change tenfold while requests wait at the upstream: each keeps the price, and the version of it, that it began with.

${table(
  ['Database', 'Jumps', 'Backwards', 'Windows', 'Admitted', 'Refused', 'Price changes'],
  proved.clocks.map(({ database: name, figures }) => [
    name,
    figures.jumps,
    figures.backwards,
    figures.windows,
    figures.admitted,
    figures.refused,
    figures.priceChanges,
  ]),
)}

${stamps(proved.clocks)}
`;
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows].map(
    (cells) =>
      `| ${cells.map((cell) => (typeof cell === 'number' ? cell.toLocaleString('en-US') : cell)).join(' | ')} |`,
  );
  return lines.join('\n');
}

const whereOf = (database: string) =>
  database === 'SQLite' ? 'SQLite, one gateway' : 'PostgreSQL, three gateways';

function stamps(outcomes: readonly Outcome<unknown>[]): string {
  return outcomes
    .map(
      ({ about, seconds }) =>
        `${about.date}, ${seconds} s · \`${about.command}\` · Tollgate ${about.tollgate} · Node ${about.node} · ${about.processor}, ${about.cores} cores, ${about.memoryGigabytes} GB, ${about.system}; load before the run ${about.loadBefore}`,
    )
    .join('\\\n');
}
