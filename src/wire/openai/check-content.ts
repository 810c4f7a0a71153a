// The parts of user messages that carry data: image, audio and file. Whether the URL is one, of a type that models read,
// and whether what stands in it is base64. Not whether it is an image: that is for the one who reads it.
import type { Base64Check } from '../base64.ts';
import type { ChatMessage, UserPart } from './chat-message.ts';
import { missing, type RequestProblem, shown } from './request-problem.ts';

/** `image/jpg` is no registered type, but it is what many clients send for JPEG. */
const imageTypes = new Set(['image/png', 'image/jpeg', 'image/jpg', 'image/gif', 'image/webp']);

const imageExpectation =
  "a base64-encoded data URL with an image MIME type (e.g. 'data:image/png;base64,aW1nIGJ5dGVzIGhlcmU=')";
const fileExpectation =
  "a base64-encoded data URL with a MIME type (e.g. 'data:application/pdf;base64,aW1nIGJ5dGVzIGhlcmU=')";

export function checkContent(
  messages: readonly ChatMessage[],
  isBase64: Base64Check,
): RequestProblem | undefined {
  for (let index = 0; index < messages.length; index++) {
    const message = messages[index] as ChatMessage;
    if (message.role !== 'user' || typeof message.content === 'string') continue;
    const parts = message.content;
    for (let place = 0; place < parts.length; place++) {
      const part = parts[place] as UserPart;
      if (part.type === 'text') continue;
      const problem = checkPart(part, isBase64, `messages[${index}].content[${place}]`);
      if (problem) return problem;
    }
  }
  return undefined;
}

function checkPart(part: UserPart, isBase64: Base64Check, path: string): RequestProblem | undefined {
  switch (part.type) {
    case 'image_url':
      return typeof part.image_url === 'string'
        ? checkImage(part.image_url, isBase64, `${path}.image_url`)
        : checkImage(part.image_url.url, isBase64, `${path}.image_url.url`);
    case 'input_audio': {
      const fault = faultOfBase64(part.input_audio.data, isBase64);
      return media(
        'audio data',
        `${path}.input_audio.data`,
        "base64-encoded bytes without a 'data:' prefix",
        fault,
      );
    }
    case 'file': {
      const { file_id: id, file_data: data } = part.file;
      if ((id ?? data ?? undefined) === undefined) return missing(`${path}.file.file_id`);
      const fault = typeof data === 'string' ? faultOfDataUrl(data, isBase64) : undefined;
      return media('file data', `${path}.file.file_data`, fileExpectation, fault);
    }
    default:
      return undefined;
  }
}

function checkImage(url: string, isBase64: Base64Check, param: string): RequestProblem | undefined {
  if (/^https?:/i.test(url)) {
    if (URL.canParse(url)) return undefined;
    return media('image URL', param, 'a valid URL', 'a value with an invalid format');
  }
  const fault = faultOfDataUrl(url, isBase64, imageTypes);
  return media('image URL', param, imageExpectation, fault);
}

/** Type, parameters, and `;base64` of a data URL (RFC 2397). */
const dataUrlHead = /^data:([^;,]{0,127})((?:;[^;,]{0,127}){0,8}),/i;

/** What is wrong with a data URL, as the end of a sentence. */
function faultOfDataUrl(url: string, isBase64: Base64Check, types?: ReadonlySet<string>): string | undefined {
  if (!/^data:/i.test(url)) return "a value without the 'data:' prefix";
  const [head, type = '', parameters = ''] = dataUrlHead.exec(url) ?? [];
  if (head === undefined || !/;base64$/i.test(parameters)) return "a value without the ';base64' separator";
  if (types ? !types.has(type.toLowerCase()) : type === '') return `unsupported MIME type '${shown(type)}'`;
  return faultOfBase64(url.slice(head.length), isBase64);
}

function faultOfBase64(data: string, isBase64: Base64Check): string | undefined {
  if (data === '') return 'empty base64-encoded bytes';
  return isBase64(data) ? undefined : 'an invalid base64-encoded value';
}

/** `undefined` where there is no fault. */
function media(
  kind: string,
  param: string,
  expected: string,
  actual: string | undefined,
): RequestProblem | undefined {
  return actual === undefined
    ? undefined
    : { code: 'invalid_media', param, values: { kind, expected, actual } };
}
