import { expect, it } from 'vitest';
import { zoneWords } from './zone-words.ts';

const at = Date.parse('2026-11-22T20:15:00Z');

it.each(['UTC', 'America/New_York', 'Asia/Tokyo'])('days of %s begin with an hour', (zone) => {
  expect(zoneWords(zone, at)).toBe(`Days begin at midnight in ${zone}.`);
});

it.each(['Asia/Kolkata', 'Asia/Kathmandu', 'America/St_Johns'])('days of %s begin within one', (zone) => {
  expect(zoneWords(zone, at)).toMatch(/whole hours of UTC/);
});
