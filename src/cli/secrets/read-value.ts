// A secret from the person or program that calls: typed without being shown, or read from standard input. Never from
// the arguments, which other users of the machine and the shell's history see.
import type { ReadStream } from 'node:tty';
import { CommandError } from '../command.ts';

const mostBytes = 64 * 1024;

/** Without the line break and spaces around it. `undefined` after Ctrl-C. Throws CommandError. */
export async function readSecretValue(
  prompt: string,
  input: ReadStream = process.stdin as ReadStream,
): Promise<string | undefined> {
  if (!input.isTTY) return (await readAll(input)).trim();
  const value = await typed(input, prompt);
  process.stderr.write('\n');
  return value?.trim();
}

async function readAll(input: NodeJS.ReadableStream): Promise<string> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of input) {
    pieces.push(Buffer.from(piece as Buffer));
    size += pieces.at(-1)?.length ?? 0;
    if (size > mostBytes) throw new CommandError('standard input holds more than 64 KiB; a key is shorter.');
  }
  return Buffer.concat(pieces).toString('utf8');
}

/** In raw mode the terminal shows nothing and hands over every key, so the few that mean something are read here. */
function typed(input: ReadStream, prompt: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    let text = '';
    const done = (value: string | undefined) => {
      input.off('data', take);
      input.off('end', ended);
      input.setRawMode(false);
      input.pause();
      resolve(value);
    };
    const ended = () => done(text);
    const take = (piece: string) => {
      for (const key of withoutPasteMarks(piece)) {
        if (key === '\r' || key === '\n' || key === '\u0004') return done(text);
        if (key === '\u0003') return done(undefined);
        if (key === '\u007f' || key === '\b') text = text.slice(0, -1);
        else if (key === '\u0015') text = '';
        else text += key;
      }
    };
    // Before the prompt: whoever waits for it must not be shown what is typed at once.
    input.setRawMode(true);
    process.stderr.write(prompt);
    input.setEncoding('utf8');
    input.on('data', take);
    input.once('end', ended);
    input.resume();
  });
}

/** Terminals may put a pasted text between these (bracketed paste). */
const withoutPasteMarks = (piece: string) =>
  piece.replaceAll('\u001b[200~', '').replaceAll('\u001b[201~', '');
