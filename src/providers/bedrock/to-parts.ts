// What a user's message holds, as blocks of the Converse API. Bytes only: it fetches from nowhere but S3, and so does the
// gateway not. Source: Amazon Bedrock API Reference, "ImageBlock", "DocumentBlock", 2026-11-22.
import { type UserPart, unsupported } from '../dialect/conversation.ts';

const images: Readonly<Record<string, string>> = {
  'image/png': 'png',
  'image/jpeg': 'jpeg',
  'image/jpg': 'jpeg',
  'image/gif': 'gif',
  'image/webp': 'webp',
};

const documents: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'text/plain': 'txt',
  'text/csv': 'csv',
  'text/html': 'html',
  'text/markdown': 'md',
  'application/msword': 'doc',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'application/vnd.ms-excel': 'xls',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
};

export interface PartWriter {
  /** Throws TollgateError with the `param` of what cannot be said. */
  blocksOf(this: void, part: UserPart): object[];
}

/** For one conversation: documents have names there, each its own. */
export function createPartWriter(cachePoints: boolean): PartWriter {
  const names = new Set<string>();

  function nameOf(given: string | undefined): string {
    const name = (given ?? '')
      .replaceAll(/[^A-Za-z0-9\s()[\]-]+/g, ' ')
      .replaceAll(/\s+/g, ' ')
      .trim();
    const wanted = name.slice(0, 190) || 'document';
    let free = wanted;
    for (let count = 2; names.has(free); count++) free = `${wanted} (${count})`;
    names.add(free);
    return free;
  }

  function documentOf(part: UserPart & { readonly type: 'file' }): object {
    const { source, path } = part;
    if (source.kind === 'id') throw unsupported(path, 'a file id', 'files by id');
    if (source.kind === 'url') throw unsupported(path, 'an address', 'files by address: send them as data');
    const format = documents[source.mediaType];
    if (!format) throw unsupported(path, `'${source.mediaType}'`, 'files of that type');
    return { document: { format, name: nameOf(part.name), source: { bytes: source.base64 } } };
  }

  return {
    blocksOf(part) {
      switch (part.type) {
        case 'text':
          if (part.text.trim() === '') return [];
          return [
            { text: part.text },
            ...(part.cached && cachePoints ? [{ cachePoint: { type: 'default' } }] : []),
          ];
        case 'image':
          return [imageOf(part)];
        case 'file':
          return [documentOf(part)];
        case 'audio':
          throw unsupported(part.path, "'input_audio'", 'audio');
      }
    },
  };
}

function imageOf({ source, path }: UserPart & { readonly type: 'image' }): object {
  if (source.kind === 'id') throw unsupported(path, 'a file id', 'files by id');
  if (source.kind === 'url') throw unsupported(path, 'an address', 'images by address: send them as data');
  const format = images[source.mediaType];
  if (!format) throw unsupported(path, `'${source.mediaType}'`, 'images of that type');
  return { image: { format, source: { bytes: source.base64 } } };
}
