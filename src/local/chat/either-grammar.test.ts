import { expect, test } from 'vitest';
import { eitherGrammar } from './either-grammar.ts';

test('rules keep to their own grammar, and what only looks like a rule’s name is left alone', () => {
  const first = { text: 'root ::= "root \\" x" item{2,3} [root\\]] # root\nitem ::= [a-z] | (item)?' };
  const second = { text: 'root ::= "y"' };
  expect(eitherGrammar(first, second).text).toBe(
    [
      'root ::= a-root | b-root',
      'a-root ::= "root \\" x" a-item{2,3} [root\\]] # root',
      'a-item ::= [a-z] | (a-item)?',
      'b-root ::= "y"\n',
    ].join('\n'),
  );
});
