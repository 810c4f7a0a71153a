// What the palette finds.
import { expect, it } from 'vitest';
import { paletteMatch } from './match.ts';

it.each([
  ['sup', ['Support bot'], 1],
  ['bot', ['Support bot'], 0.5],
  ['create key', ['Create API key', 'new'], 1],
  ['new', ['Create API key', 'new'], 0.5],
  ['dark', ['Dark colours', 'theme'], 1],
  ['sup', ['Keyboard shortcuts', 'help'], 0],
  ['REQ_0V', ['req_0VbkZvUztg6jVIGU'], 1],
  ['', ['Anything'], 1],
])('%s in %s: %s', (typed, keywords, score) => expect(paletteMatch('id', typed, keywords)).toBe(score));
