// Conversations that branch, whatever is done to them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  chooseVersion,
  emptyThread,
  pathBefore,
  pathOf,
  type Thread,
  versionOf,
  withoutTurn,
  withTurn,
} from '../../../console/src/pages/playground/conversation/thread.ts';

const shown = (thread: Thread<string>) => pathOf(thread).map(({ turn }) => turn);
const chain = (...turns: string[]) =>
  turns.reduce((thread, turn, at) => withTurn(thread, turns[at - 1], turn, turn), emptyThread<string>());

describe('a thread', () => {
  it('shows its turns in order', () => {
    expect(shown(chain('a', 'b', 'c'))).toEqual(['a', 'b', 'c']);
  });

  it('keeps what followed each version of a turn', () => {
    let thread = chain('q', 'answer 1', 'thanks');
    thread = withTurn(thread, 'q', 'answer 2', 'answer 2');
    expect(shown(thread)).toEqual(['q', 'answer 2']);
    expect(versionOf(thread, 'answer 2')).toEqual({ at: 1, of: 2 });
    thread = chooseVersion(thread, 'answer 2', -1);
    expect(shown(thread)).toEqual(['q', 'answer 1', 'thanks']);
    expect(shown(chooseVersion(thread, 'answer 1', -1))).toEqual(shown(thread));
  });

  it('closes up when a turn is taken out', () => {
    expect(shown(withoutTurn(chain('a', 'b', 'c'), 'b'))).toEqual(['a', 'c']);
    expect(shown(withoutTurn(chain('a', 'b'), 'a'))).toEqual(['b']);
    expect(shown(withoutTurn(chain('a'), 'a'))).toEqual([]);
    const twice = withTurn(chain('a', 'b'), 'a', 'b2', 'b2');
    expect(shown(withoutTurn(twice, 'b2'))).toEqual(['a', 'b']);
  });

  it('tells what came before a turn, in a version that is not shown too', () => {
    const thread = withTurn(chain('a', 'b', 'c'), undefined, 'z', 'z');
    expect(shown(thread)).toEqual(['z']);
    expect(pathBefore(thread, 'c').map(({ turn }) => turn)).toEqual(['a', 'b']);
  });

  it('stays whole whatever is done to it', () => {
    const step = fc.record({ kind: fc.constantFrom('add', 'sibling', 'remove', 'choose'), at: fc.nat(30) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let thread = emptyThread<string>();
        for (const [number, { kind, at }] of steps.entries()) {
          const ids = Object.keys(thread.nodes);
          const id = ids[at % Math.max(ids.length, 1)];
          if (kind === 'add') thread = withTurn(thread, pathOf(thread).at(-1)?.id, `t${number}`, '');
          else if (id === undefined) continue;
          else if (kind === 'sibling') thread = withTurn(thread, thread.nodes[id]?.parent, `t${number}`, '');
          else if (kind === 'remove') thread = withoutTurn(thread, id);
          else thread = chooseVersion(thread, id, at % 2 === 0 ? 1 : -1);
        }
        const ids = Object.keys(thread.nodes);
        const listed = Object.values(thread.children).flat();
        expect(listed.toSorted()).toEqual(ids.toSorted());
        for (const [parent, chosen] of Object.entries(thread.chosen)) {
          expect(thread.children[parent]).toContain(chosen);
        }
        expect(pathOf(thread).length > 0).toBe(ids.length > 0);
        for (const node of Object.values(thread.nodes)) {
          expect(thread.children[node.parent ?? '']).toContain(node.id);
        }
      }),
    );
  });
});
