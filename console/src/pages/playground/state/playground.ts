// The playground behind the page: one session, the answers that are being fetched for it, and everything that can be done. Knows
// no React; time, ids, the network and the key are handed in.
import { buildRequest } from '../conversation/build-request.ts';
import type { Charge, ImagePart, Session, Turn } from '../conversation/session.ts';
import { pathBefore, pathOf } from '../conversation/thread.ts';
import { type Answer, ended, newAnswer } from '../stream/answer.ts';
import { readAnswer } from '../stream/read-answer.ts';
import * as change from './conversations.ts';
import { createLiveAnswers, type LiveAnswers } from './live-answers.ts';
import { createObservable, type Observable } from './observable.ts';
import type { Secrets } from './secrets.ts';

export interface PlaygroundParts {
  readonly session: Session;
  readonly secrets: Secrets;
  /** What the ledger says of a request, once it is settled. */
  readonly charge: (requestId: string) => Promise<Charge | undefined>;
  readonly fetch: typeof globalThis.fetch;
  readonly url: string;
  readonly nextId: () => string;
  /** Unix ms. */
  readonly now: () => number;
  /** Monotonic ms. */
  readonly monotonic: () => number;
  readonly onFrame: (run: () => void) => void;
}

export interface Playground {
  readonly session: Observable<Session>;
  /** Lanes whose answer is under way. */
  readonly running: Observable<ReadonlySet<string>>;
  readonly live: LiveAnswers;
  update(change: (session: Session) => Session): void;
  /** Another conversation; what runs is stopped. */
  open(session: Session): void;
  /** To every lane at the same time. */
  send(text: string, images: readonly ImagePart[]): void;
  /** Another answer to what came before this one. */
  regenerate(laneId: string, nodeId: string): void;
  /** A changed question beside the one before, and its answer. */
  resend(laneId: string, nodeId: string, text: string): void;
  /** The answer that follows a turn: after calls were answered, or where there is none. */
  proceed(laneId: string, nodeId: string): void;
  /** One lane, or all. */
  stop(laneId?: string): void;
  /** Stops everything, and gives the session with what had come until now: the page is being left. */
  leave(): Session;
}

export function createPlayground(parts: PlaygroundParts): Playground {
  const { secrets, nextId, monotonic } = parts;
  const session = createObservable(parts.session);
  const running = createObservable<ReadonlySet<string>>(new Set());
  const live = createLiveAnswers(parts.onFrame);
  const aborts = new Map<string, { readonly controller: AbortController; readonly nodeId: string }>();

  const update = (next: (session: Session) => Session) => {
    const before = session.get();
    const after = next(before);
    if (after !== before) session.set({ ...after, updatedAt: parts.now() });
  };

  function setRunning(laneId: string, on: boolean): void {
    const next = new Set(running.get());
    if (on) next.add(laneId);
    else next.delete(laneId);
    running.set(next);
  }

  function run(laneId: string, parent: string | undefined): void {
    const lane = change.laneOf(session.get(), laneId);
    if (!lane || running.get().has(laneId)) return;
    const turns = turnsUpTo(lane.thread, parent);
    const request = buildRequest(lane.model, session.get(), turns);
    const nodeId = nextId();
    const controller = new AbortController();
    aborts.set(laneId, { controller, nodeId });
    update((before) => change.addAnswer(before, laneId, parent, nodeId, monotonic()));
    live.begin(nodeId, request);
    setRunning(laneId, true);
    const { id: sessionId, project } = session.get();
    void fetchAnswer(nodeId, request, project, controller.signal).then(async (answer) => {
      aborts.delete(laneId);
      if (session.get().id !== sessionId) return;
      update((before) => change.changeAnswerTurn(before, laneId, nodeId, (turn) => ({ ...turn, answer })));
      live.finish(nodeId);
      setRunning(laneId, false);
      await findCharge(laneId, nodeId, answer);
    });
  }

  async function findCharge(laneId: string, nodeId: string, answer: Answer): Promise<void> {
    // What was refused has no row in the ledger.
    if (answer.requestId === undefined || answer.error?.status !== undefined) return;
    const { id } = session.get();
    const charge = await parts.charge(answer.requestId).catch(() => undefined);
    if (!charge || session.get().id !== id) return;
    update((before) => change.withCharge(before, laneId, nodeId, charge));
  }

  /** Of a conversation that was left before its last costs were known. */
  function findMissingCharges(): void {
    for (const lane of session.get().lanes) {
      const node = pathOf(lane.thread).at(-1);
      if (node?.turn.role !== 'assistant' || node.turn.charge) continue;
      void findCharge(lane.id, node.id, node.turn.answer);
    }
  }

  async function fetchAnswer(
    nodeId: string,
    body: unknown,
    project: string | undefined,
    signal: AbortSignal,
  ): Promise<Answer> {
    // A secret that was pushed out by other tabs, or ended with a restart, is replaced once without a word.
    for (let attempt = 0; ; attempt++) {
      let key: string;
      try {
        key = await secrets.secret(project);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        return ended(newAnswer(monotonic()), 'failed', monotonic(), { message, code: 'playground_key' });
      }
      const answer = await readAnswer({
        url: parts.url,
        key,
        body,
        signal,
        now: monotonic,
        fetch: parts.fetch,
        onAnswer: (each) => live.put(nodeId, each),
        onEvent: (event) => live.note(nodeId, event),
      });
      if (answer.error?.status !== 401 || attempt > 0) return answer;
      secrets.forget(project);
    }
  }

  function stop(laneId?: string): void {
    if (laneId !== undefined) aborts.get(laneId)?.controller.abort();
    else for (const { controller } of aborts.values()) controller.abort();
  }

  findMissingCharges();
  return {
    session,
    running,
    live,
    update,
    open: (next) => {
      stop();
      aborts.clear();
      running.set(new Set());
      session.set(next);
      findMissingCharges();
    },
    send: (text, images) => {
      if (running.get().size > 0) return;
      for (const { id } of session.get().lanes) {
        const nodeId = nextId();
        update((before) => change.addUserTurn(before, id, nodeId, { role: 'user', text, images }));
        run(id, nodeId);
      }
    },
    regenerate: (laneId, nodeId) => {
      const lane = change.laneOf(session.get(), laneId);
      if (lane) run(laneId, lane.thread.nodes[nodeId]?.parent);
    },
    resend: (laneId, nodeId, text) => {
      const turn = change.laneOf(session.get(), laneId)?.thread.nodes[nodeId]?.turn;
      if (turn?.role !== 'user' || running.get().has(laneId)) return;
      const id = nextId();
      update((before) => change.branchUserTurn(before, laneId, nodeId, id, { ...turn, text }));
      run(laneId, id);
    },
    proceed: run,
    stop,
    leave: () => {
      let left = session.get();
      for (const [laneId, { nodeId }] of aborts) {
        const answer = ended(live.answer(nodeId) ?? newAnswer(monotonic()), 'stopped', monotonic());
        left = change.changeAnswerTurn(left, laneId, nodeId, (turn) => ({ ...turn, answer }));
      }
      stop();
      return left;
    },
  };
}

/** What the model is told: everything up to this turn, and the turn. */
function turnsUpTo(thread: Parameters<typeof pathOf<Turn>>[0], nodeId: string | undefined): readonly Turn[] {
  const node = nodeId === undefined ? undefined : thread.nodes[nodeId];
  if (!node) return [];
  return [...pathBefore(thread, node.id), node].map(({ turn }) => turn);
}
