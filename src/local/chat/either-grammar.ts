// Two grammars as one that allows what either does: an answer that is JSON or calls a tool. Pure.
import type { Grammar } from '../grammar/grammar.ts';

/** What may hold what looks like a rule's name and is none, or such a name. */
const tokens = /"(?:\\.|[^"\\])*"|\[(?:\\.|[^\]\\])*\]|#.*|\{[^}]*\}|[A-Za-z][\w-]*/g;

export function eitherGrammar(first: Grammar, second: Grammar): Grammar {
  return {
    text: `root ::= a-root | b-root\n${prefixed(first.text, 'a-')}\n${prefixed(second.text, 'b-')}\n`,
  };
}

/** With every rule's name changed; every name in a grammar is one of its rules'. */
function prefixed(text: string, prefix: string): string {
  return text.replace(tokens, (token) => (/^[A-Za-z]/.test(token) ? prefix + token : token));
}
