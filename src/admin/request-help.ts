// What the codes on a row of the ledger mean, in words for the operator: those of the error catalogue, and the few that are no
// errors a client is told.
import { errorCatalogue } from '../core/errors.ts';
import type { RequestRow } from '../core/request-search.ts';
import type { ErrorHelp } from './contract/ledger.ts';

const noErrors: Readonly<Record<string, Omit<ErrorHelp, 'code'>>> = {
  client_aborted: {
    meaning:
      'The client closed its connection before the answer was complete. The upstream was stopped at once.',
    remedy:
      'Nothing is wrong here. If clients give up too early, raise their timeout; what was delivered until then was charged.',
  },
  superseded: {
    meaning: 'Another target began to answer first, so this call was ended.',
    remedy: 'Nothing is wrong: that is what `hedge` of the model is for.',
  },
  capped: {
    meaning: 'The upstream wrote more than it was allowed, so the answer was ended at the reserved length.',
    remedy: 'A higher limit, or a higher `max_tokens` of the client, lets longer answers through.',
  },
};

/** One entry for each code of the request and its attempts. */
export function helpFor(row: RequestRow): ErrorHelp[] {
  const codes = new Set([row.error, ...(row.attempts ?? []).map(({ error }) => error)]);
  return [...codes].flatMap((code) => {
    const help = code === undefined ? undefined : helpForCode(code);
    return help ? [help] : [];
  });
}

function helpForCode(code: string): ErrorHelp | undefined {
  const own = noErrors[code];
  if (own) return { code, ...own };
  if (!Object.hasOwn(errorCatalogue, code)) return undefined;
  const { message, remedy } = errorCatalogue[code as keyof typeof errorCatalogue];
  return { code, meaning: withoutBlanks(message), remedy };
}

/** What stands in the braces was for the client alone: it is not kept. */
function withoutBlanks(message: string): string {
  return message.replace(/ \(\{\w+\}\)/g, '').replace(/\{\w+\}/g, '…');
}
