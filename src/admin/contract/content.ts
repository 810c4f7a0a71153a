// What was said in a request, on the wire: only where content logging was on (docs/content-logging.md).
import { type Static, Type } from 'typebox';
import { Id, Time } from './forms.ts';

const kept = {
  text: Type.String({ description: 'As it went over the wire, up to `logging.max_bytes`.' }),
  bytes: Type.Integer({ description: 'Length of the whole, in bytes.' }),
  truncated: Type.Boolean({ description: '`text` ends before it did.' }),
};

export const RequestContent = Type.Object({
  request_id: Id,
  created_at: Time,
  expires_at: Type.Unsafe<string>({ ...Time, description: 'When it is deleted, by the retention of now.' }),
  prompt: Type.Object(
    {
      ...kept,
      media_left_out: Type.Integer({ description: 'Images and sounds that were replaced by a note.' }),
    },
    { description: 'The body of the request, as the client sent it.' },
  ),
  answer: Type.Object(
    {
      ...kept,
      status: Type.Integer({ description: 'HTTP status; 0 = nothing was sent.' }),
      stream: Type.Boolean({ description: '`text` is a stream of events.' }),
    },
    { description: 'The body of the answer, as the client got it.' },
  ),
});
export type RequestContent = Static<typeof RequestContent>;
