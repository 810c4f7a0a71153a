// What can be done to a session without asking anybody: each function gives the next one. Answers are fetched by playground.ts.
import type { AssistantTurn, Charge, Lane, Session, Turn, UserTurn } from '../conversation/session.ts';
import { emptySetup } from '../conversation/session.ts';
import {
  changeTurn,
  chooseVersion,
  emptyThread,
  pathOf,
  type Thread,
  withoutTurn,
  withTurn,
} from '../conversation/thread.ts';
import { newAnswer } from '../stream/answer.ts';

export function newSession(nextId: () => string, models: readonly string[], now: number): Session {
  const lanes = models.map((model) => ({ id: nextId(), model, thread: emptyThread<Turn>() }));
  return { ...emptySetup, id: nextId(), lanes, updatedAt: now };
}

export function laneOf(session: Session, laneId: string): Lane | undefined {
  return session.lanes.find(({ id }) => id === laneId);
}

export function changeLane(session: Session, laneId: string, change: (lane: Lane) => Lane): Session {
  return { ...session, lanes: session.lanes.map((lane) => (lane.id === laneId ? change(lane) : lane)) };
}

function changeThread(
  session: Session,
  laneId: string,
  change: (thread: Thread<Turn>) => Thread<Turn>,
): Session {
  return changeLane(session, laneId, (lane) => ({ ...lane, thread: change(lane.thread) }));
}

/** The second model begins with the same conversation, so that both are asked the same from here on. */
export function withComparison(session: Session, model: string, laneId: string): Session {
  const [first] = session.lanes;
  return first ? { ...session, lanes: [first, { ...first, id: laneId, model }] } : session;
}

export function withoutLane(session: Session, laneId: string): Session {
  return session.lanes.length < 2
    ? session
    : { ...session, lanes: session.lanes.filter(({ id }) => id !== laneId) };
}

export function addUserTurn(session: Session, laneId: string, id: string, turn: UserTurn): Session {
  return changeThread(session, laneId, (thread) => withTurn(thread, pathOf(thread).at(-1)?.id, id, turn));
}

/** Beside the turn that it replaces; what followed that one stays with it. */
export function branchUserTurn(
  session: Session,
  laneId: string,
  from: string,
  id: string,
  turn: UserTurn,
): Session {
  return changeThread(session, laneId, (thread) => withTurn(thread, thread.nodes[from]?.parent, id, turn));
}

/** An answer that is about to be fetched. */
export function addAnswer(
  session: Session,
  laneId: string,
  parent: string | undefined,
  id: string,
  startedAt: number,
): Session {
  return changeLane(session, laneId, (lane) => ({
    ...lane,
    thread: withTurn<Turn>(lane.thread, parent, id, {
      role: 'assistant',
      model: lane.model,
      answer: newAnswer(startedAt),
      results: [],
      ...(session.format.type === 'text' ? {} : { format: session.format }),
    }),
  }));
}

export function changeAnswerTurn(
  session: Session,
  laneId: string,
  id: string,
  change: (turn: AssistantTurn) => AssistantTurn,
): Session {
  return changeThread(session, laneId, (thread) => {
    const turn = thread.nodes[id]?.turn;
    return turn?.role === 'assistant' ? changeTurn<Turn>(thread, id, change(turn)) : thread;
  });
}

export function rewriteTurn(session: Session, laneId: string, id: string, text: string): Session {
  return changeThread(session, laneId, (thread) => {
    const turn = thread.nodes[id]?.turn;
    if (!turn) return thread;
    return changeTurn<Turn>(
      thread,
      id,
      turn.role === 'user' ? { ...turn, text } : { ...turn, edited: true, answer: { ...turn.answer, text } },
    );
  });
}

export function answerCall(
  session: Session,
  laneId: string,
  id: string,
  at: number,
  result: string | undefined,
): Session {
  return changeAnswerTurn(session, laneId, id, (turn) => ({
    ...turn,
    results: turn.answer.toolCalls.map((_, index) => (index === at ? result : turn.results[index])),
  }));
}

export function withCharge(session: Session, laneId: string, id: string, charge: Charge): Session {
  return changeAnswerTurn(session, laneId, id, (turn) => ({ ...turn, charge }));
}

export function removeTurn(session: Session, laneId: string, id: string): Session {
  return changeThread(session, laneId, (thread) => withoutTurn(thread, id));
}

export function showVersion(session: Session, laneId: string, id: string, by: number): Session {
  return changeThread(session, laneId, (thread) => chooseVersion(thread, id, by));
}

/** Calls of the last answer that nobody has answered. */
export function openCalls(thread: Thread<Turn>): number {
  const last = pathOf(thread).at(-1)?.turn;
  if (last?.role !== 'assistant') return 0;
  return last.answer.toolCalls.filter((_, at) => last.results[at] === undefined).length;
}

export function isEmpty(session: Session): boolean {
  return session.lanes.every(({ thread }) => Object.keys(thread.nodes).length === 0);
}
