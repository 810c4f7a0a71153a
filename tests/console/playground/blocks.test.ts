// Markdown in blocks: joined they are the text, cut however it streams in, and never cut where the rest could change them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advanceBlocks, noBlocks } from '../../../console/src/pages/playground/markdown/blocks.ts';

const blocksOf = (text: string) => {
  const { finished, upTo } = advanceBlocks(noBlocks, text);
  return [...finished, text.slice(upTo)];
};

describe('blocks of Markdown', () => {
  it('end at an empty line before plain text', () => {
    expect(blocksOf('One\ntwo\n\nThree\n\n# Four\nfive\n')).toEqual([
      'One\ntwo\n\n',
      'Three\n\n',
      '# Four\nfive\n',
    ]);
  });

  it('keep a fence whole, with empty lines and other fences in it', () => {
    const code = '````md\n\nText\n\n```js\nlet a;\n```\n\nMore\n````\n';
    expect(blocksOf(`Before\n\n${code}After\n`)).toEqual(['Before\n\n', code, 'After\n']);
    expect(blocksOf('```\nOpen\n\nStill open\n\nAnd\n')).toHaveLength(1);
  });

  it('keep lists, quotes, tables and what is indented with what goes before', () => {
    for (const text of [
      '1. One\n\n2. Two\n\n   more\n',
      '- One\n\n- Two\n',
      '> One\n\n> Two\n',
      '| a |\n|---|\n\n| b |\n',
      '- One\n\n      code\n',
    ]) {
      expect(blocksOf(text)).toEqual([text]);
    }
  });

  it('do not end in a line that is still being written', () => {
    expect(blocksOf('One\n\nTw')).toHaveLength(1);
    expect(blocksOf('One\n\nTwo\n')).toHaveLength(2);
  });

  it('are the same in whatever pieces the text comes, and lose nothing', () => {
    const line = fc.constantFrom(
      'Text',
      '',
      '',
      '```',
      '````',
      '~~~',
      '- item',
      '1. item',
      '# head',
      '  in',
      '> q',
      '| t |',
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 40 }), fc.array(fc.nat(300)), (lines, cuts) => {
        const text = lines.join('\n');
        let blocks = noBlocks;
        for (const cut of cuts.map((each) => each % (text.length + 1)).sort((a, b) => a - b)) {
          blocks = advanceBlocks(blocks, text.slice(0, cut));
        }
        blocks = advanceBlocks(blocks, text);
        expect(blocks).toEqual(advanceBlocks(noBlocks, text));
        expect(blocks.finished.join('') + text.slice(blocks.upTo)).toBe(text);
      }),
    );
  });
});
