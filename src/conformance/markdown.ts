// Results as Markdown tables, for documents.
import type { CheckResult } from './run.ts';

/** The result in a word, the reason of a skip with it. */
export function outcomeWord({ outcome, reason, check }: CheckResult): string {
  if (outcome === 'skip') return `skip: ${reason}`;
  if (outcome === 'pass') return 'pass';
  return check.severity === 'must' ? '**fail**' : 'fail';
}

export function tableRow(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ')).join(' | ')} |\n`;
}

/** One table a group, what is wrong below it. */
export function markdownOf(results: readonly CheckResult[]): string {
  return [...Map.groupBy(results, ({ group }) => group)]
    .map(([group, members]) => {
      const rows = members.map((result) => {
        const { id, title, severity, contract } = result.check;
        return tableRow([`\`${id}\``, title, severity, contract, outcomeWord(result)]);
      });
      const wrong = members.flatMap(({ check, mismatches }) =>
        mismatches.map(
          ({ at, expected, actual }) => `- \`${check.id}\`, ${at}: expected ${expected}, got ${actual}\n`,
        ),
      );
      const head = `${tableRow(['check', 'what holds', 'severity', 'contract', 'result'])}|---|---|---|---|---|\n`;
      return `## ${group}\n\n${head}${rows.join('')}${wrong.length > 0 ? `\n${wrong.join('')}` : ''}`;
    })
    .join('\n');
}
