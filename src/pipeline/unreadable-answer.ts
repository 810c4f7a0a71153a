// Why a success of an upstream cannot be read at all, as its head tells: said so that the operator knows where to look.
// Knows no dialect.
import { TollgateError } from '../core/errors.ts';
import type { AnswerHeaders, ChatCall, ProviderAdapter } from '../core/ports.ts';
import { broken } from './body-readers.ts';

/** The reason where the body is packed: nothing is unpacked here, and no upstream is asked to pack. */
export function packedReason({ 'content-encoding': coding }: AnswerHeaders): string | undefined {
  const codings = String(coding ?? '')
    .toLowerCase()
    .split(',')
    .map((each) => each.trim());
  return codings.every((each) => each === '' || each === 'identity')
    ? undefined
    : 'its answer is compressed, though nothing but plain bytes was asked for';
}

/** RFC 9110, 8.3.1, of what may be shown to anybody. */
const mediaType = /^\s*([a-z]{1,20}\/[a-z][a-z0-9.+-]{0,40})\s*(?:;|$)/i;

/** The reason where a stream was asked for and something came that is neither one nor JSON. */
function notStreamedReason({ 'content-type': type }: AnswerHeaders): string {
  if (type === undefined || type === '') return 'it did not stream, but answered without a content type';
  const name = mediaType.exec(String(type))?.[1];
  if (name === undefined) return 'it did not stream, but answered with a content type that is none';
  return name.toLowerCase() === 'text/html'
    ? 'it did not stream, but answered with a web page'
    : `it did not stream, but answered with content type \`${name.toLowerCase()}\``;
}

/** A success that is no stream: an error in disguise, or an upstream that cannot stream. */
export function notStreamed(
  { call, provider }: { readonly call: ChatCall; readonly provider: ProviderAdapter },
  headers: AnswerHeaders,
  said: Buffer,
): TollgateError {
  if (!/^\s*[[{]/.test(said.toString('latin1', 0, 100))) return broken(notStreamedReason(headers));
  try {
    provider.readWhole(call, said);
  } catch (error) {
    if (error instanceof TollgateError) return error;
  }
  return broken('it did not stream');
}
