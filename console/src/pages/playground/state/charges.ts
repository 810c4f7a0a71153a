// What an answer cost by the ledger: asked for when the stream has ended, and again for as long as the row is still open.
import type { RequestDetail } from '../../../api/contract.ts';
import type { Charge } from '../conversation/session.ts';

/** Ms before each look. A row is settled right after its stream; one that stays open is left for the Requests page. */
const waits = [120, 300, 700, 1500, 3000, 6000] as const;

export async function readCharge(
  read: () => Promise<Pick<RequestDetail, 'state' | 'cost_nanousd' | 'usage' | 'usage_source' | 'partial'>>,
  wait: (ms: number) => Promise<void>,
): Promise<Charge | undefined> {
  for (const ms of waits) {
    await wait(ms);
    const row = await read();
    if (row.state === 'held') continue;
    return {
      costNanoUsd: row.state === 'released' ? '0' : row.cost_nanousd,
      usageSource: row.usage_source,
      partial: row.partial,
      ...(row.usage ? { inputTokens: row.usage.input_tokens, outputTokens: row.usage.output_tokens } : {}),
    };
  }
  return undefined;
}
