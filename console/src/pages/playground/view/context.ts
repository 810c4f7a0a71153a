// What every part of the page needs: the playground behind it, the models there are, and what whoever is signed in may do.
import { createContext, useContext, useSyncExternalStore } from 'react';
import type { PlaygroundModel } from '../../../api/contract.ts';
import type { Session } from '../conversation/session.ts';
import type { Playground } from '../state/playground.ts';

export interface PlaygroundView {
  readonly playground: Playground;
  readonly models: readonly PlaygroundModel[];
  /** Why nothing can be sent at all; absent = it can. */
  readonly closed: string | undefined;
}

export const PlaygroundContext = createContext<PlaygroundView | undefined>(undefined);

export function usePlaygroundView(): PlaygroundView {
  const view = useContext(PlaygroundContext);
  if (!view) throw new Error('there is no playground around this');
  return view;
}

export function usePlaygroundSession(): Session {
  const { session } = usePlaygroundView().playground;
  return useSyncExternalStore(session.subscribe, session.get);
}

export function useRunning(): ReadonlySet<string> {
  const { running } = usePlaygroundView().playground;
  return useSyncExternalStore(running.subscribe, running.get);
}

export function useModel(name: string): PlaygroundModel | undefined {
  return usePlaygroundView().models.find((model) => model.name === name);
}
