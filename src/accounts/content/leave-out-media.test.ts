import { describe, expect, it } from 'vitest';
import { leaveOutMedia } from './leave-out-media.ts';

const base64 = Buffer.alloc(30_000, 7).toString('base64');

function leftOut(body: unknown) {
  const { bytes, leftOut: count } = leaveOutMedia(Buffer.from(JSON.stringify(body)));
  return { count, body: JSON.parse(bytes.toString()) };
}

describe('media of a prompt', () => {
  it('are notes of their size, and the rest stays', () => {
    const url = `data:image/png;base64,${base64}`;
    const parts = [
      { type: 'text', text: 'What is this? data:image/png;base64,' },
      { type: 'image_url', image_url: { url } },
      { type: 'input_audio', input_audio: { data: base64, format: 'wav' } },
      { type: 'file', file: { file_data: `data:application/pdf;base64,${base64}`, filename: 'a.pdf' } },
    ];
    const { count, body } = leftOut({ messages: [{ role: 'user', content: parts }], model: 'm' });
    expect(count).toBe(3);
    expect(body).toEqual({
      messages: [
        {
          role: 'user',
          content: [
            parts[0],
            { type: 'image_url', image_url: { url: 'data:image/png;base64,[30,000 bytes left out]' } },
            { type: 'input_audio', input_audio: { data: '[30,000 bytes left out]', format: 'wav' } },
            {
              type: 'file',
              file: { file_data: 'data:application/pdf;base64,[30,000 bytes left out]', filename: 'a.pdf' },
            },
          ],
        },
      ],
      model: 'm',
    });
  });

  it.each([
    ['a small image', { url: `data:image/png;base64,${base64.slice(0, 2_000)}` }],
    ['a text under a name like that', { data: 'words and words. '.repeat(1_000) }],
    ['nothing', {}],
  ])('%s stays', (_, body) => {
    expect(leftOut(body)).toEqual({ count: 0, body });
  });

  it('that are cut off are left out too', () => {
    const { bytes } = leaveOutMedia(Buffer.from(`{"url":"data:image/png;base64,${base64}`));
    expect(bytes.toString()).toBe('{"url":"data:image/png;base64,[30,000 bytes left out]');
  });
});
