import { describe, expect, test } from 'vitest';
import { fileTokens, soundTokens, unseenFileTokens } from './media-tokens.ts';

/** Silence of so many seconds, as base64. */
function wav(
  seconds: number,
  sampleRate: number,
  blockAlign: number,
  saidRate = sampleRate * blockAlign,
): string {
  const header = Buffer.alloc(44);
  header.write('RIFF', 0, 'latin1');
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(sampleRate, 24);
  header.writeUInt32LE(saidRate, 28);
  header.writeUInt16LE(blockAlign, 32);
  return Buffer.concat([header, Buffer.alloc(seconds * sampleRate * blockAlign)]).toString('base64');
}

const mp3 = (bytes: number, head = [0xff, 0xfb, 0x90, 0x00]) =>
  Buffer.concat([Buffer.from(head), Buffer.alloc(bytes)]).toString('base64');

describe('sound', () => {
  test('ten tokens a second at OpenAI, no more than 32 elsewhere', () => {
    const minute = wav(60, 24_000, 2);
    expect(soundTokens('gpt-4o-audio-preview', minute, 'wav')).toBeGreaterThanOrEqual(600);
    expect(soundTokens('gpt-4o-audio-preview', minute, 'wav')).toBeLessThan(605);
    expect(soundTokens('gemini-2.5-flash', minute, 'wav')).toBeGreaterThanOrEqual(1920);
    expect(soundTokens('my-own', minute, 'wav')).toBeLessThan(1930);
  });

  test('a header that claims to play faster than its samples do is not believed', () => {
    const honest = soundTokens('my-own', wav(10, 8_000, 1), 'wav');
    expect(soundTokens('my-own', wav(10, 8_000, 1, 2_000_000_000), 'wav')).toBe(honest);
    expect(soundTokens('my-own', wav(10, 8_000, 1, 0), 'wav')).toBeGreaterThanOrEqual(honest);
  });

  test('an mp3 counts as long as its slowest frames would last', () => {
    const usual = soundTokens('gpt-audio', mp3(160_000), 'mp3');
    // 10 seconds at 128 kbit/s, 40 at 32.
    expect(usual).toBeGreaterThanOrEqual(100);
    expect(usual).toBeLessThan(410);
    expect(soundTokens('gpt-audio', mp3(160_000, [0x49, 0x44, 0x33, 0x04]), 'mp3')).toBeGreaterThan(usual);
    expect(soundTokens('gpt-audio', '', 'mp3')).toBeGreaterThan(0);
  });
});

describe('files', () => {
  const file = (type: string, bytes: number) =>
    `data:${type};base64,${Buffer.alloc(bytes, 1).toString('base64')}`;

  test('a text has at most a token for each byte', () => {
    const tokens = fileTokens(file('text/plain', 3_000));
    expect(tokens).toBeGreaterThanOrEqual(3_000);
    expect(tokens).toBeLessThan(3_010);
  });

  test('a pdf of megabytes counts no more than the pages that a request may have', () => {
    expect(fileTokens(file('application/pdf', 20_000_000))).toBe(unseenFileTokens);
    expect(fileTokens(`JVBERi${'A'.repeat(20_000_000)}`)).toBe(unseenFileTokens);
    expect(fileTokens(file('application/pdf', 2_000))).toBeLessThan(10_000);
  });
});
