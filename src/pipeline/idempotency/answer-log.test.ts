import { describe, expect, it } from 'vitest';
import { createAnswerLog, type Place } from './answer-log.ts';

function setUp() {
  const events: string[] = [];
  const log = createAnswerLog({
    mostBytes: 10,
    highWaterBytes: 4,
    onWritable: () => events.push('writable'),
  });
  const follow = (name: string) =>
    log.follow({
      wake: () => {},
      beat: (comment) => events.push(`${name} ${comment}`),
      cut: () => events.push(`${name} cut`),
    });
  const append = (text: string) => log.append(Buffer.from(text));
  return { log, events, follow, append };
}

function read(place: Place | undefined): string {
  let said = '';
  for (let piece = place?.next(); piece; piece = place?.next()) said += piece.toString();
  return said;
}

describe('a log of an answer', () => {
  it('is read from its start, whenever one comes', () => {
    const { log, follow, append } = setUp();
    const early = follow('early');
    append('ab');
    expect(read(early)).toBe('ab');
    append('cd');
    const late = follow('late');
    expect(read(late)).toBe('abcd');
    expect(late?.atEnd()).toBe(false);
    log.end();
    expect(late?.atEnd()).toBe(true);
    expect(early?.atEnd()).toBe(false);
    expect(read(early)).toBe('cd');
    expect(read(follow('after'))).toBe('abcd');
  });

  it('goes at the pace of the fastest, also when that one leaves', () => {
    const { log, events, follow, append } = setUp();
    const fast = follow('fast');
    const slow = follow('slow');
    append('abcd');
    expect(log.writable()).toBe(false);
    expect(read(fast)).toBe('abcd');
    expect(log.writable()).toBe(true);
    expect(events).toEqual(['writable']);
    fast?.leave();
    expect(log.writable()).toBe(false);
    expect(read(slow)).toBe('abcd');
    expect(log.writable()).toBe(true);
  });

  it('cuts off who is further behind than is kept, and lets nobody begin in the middle', () => {
    const { log, events, follow, append } = setUp();
    const fast = follow('fast');
    const slow = follow('slow');
    for (const piece of ['abcd', 'efgh', 'ij']) {
      append(piece);
      expect(read(fast)).toBe(piece);
    }
    expect(log.whole()).toHaveLength(3);
    append('k');
    expect(read(fast)).toBe('k');
    expect(events.filter((event) => event !== 'writable')).toEqual(['slow cut']);
    expect(log.whole()).toBeUndefined();
    expect(read(slow)).toBe('');
    append('l');
    expect(follow('late')).toBeUndefined();
    expect(read(fast)).toBe('l');
  });

  it('gives a client all of an answer that is longer than is kept', () => {
    const { follow, append } = setUp();
    const only = follow('only');
    let said = '';
    for (let index = 0; index < 100; index++) {
      append(`${index % 10}`);
      if (index % 3 === 0) said += read(only);
    }
    expect(said + read(only)).toBe('0123456789'.repeat(10));
  });

  it('passes comments on without keeping them', () => {
    const { log, events, follow, append } = setUp();
    follow('a');
    append('ab');
    log.beat(': hello');
    expect(events).toContain('a : hello');
    expect(log.bytes()).toBe(2);
    expect(read(follow('b'))).toBe('ab');
  });
});
