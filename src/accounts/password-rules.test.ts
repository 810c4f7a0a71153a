import { describe, expect, it } from 'vitest';
import { passwordProblem } from './password-rules.ts';

const ada = { email: 'ada.lovelace@example.com', name: 'Ada Lovelace' };

describe('a password', () => {
  it.each([
    'violet tollbooth lantern',
    'xK7!pQ2#vB9z',
    'пароль из слов',
    'correct horse mule staple',
    'I like 2 eat pie',
    '🦀🚀🌵🎲🪐🧊🥝🛶🎻🧵',
  ])('%s will do', (password) => {
    expect(passwordProblem(password, ada)).toBeUndefined();
  });

  it.each([
    ['short', 'at least 10'],
    ['', 'at least 10'],
    ['🦀🚀🌵', 'has 3 characters'],
    ['aaaaaaaaaaaa', 'repeats'],
    ['abababababab', 'repeats'],
    ['1234567890', 'row'],
    ['12345678901234', 'row'],
    ['qwertyuiop', 'row'],
    ['password1234', 'guessed first'],
    ['P@ssw0rd2026!', 'guessed first'],
    ['!!Letmein!!2026', 'guessed first'],
    ['passwordpassword', 'guessed at once'],
    ['correcthorsebatterystaple', 'guessed first'],
    ['tollgate2026', 'guessed first'],
    ['ada.lovelace@example.com', 'your name'],
    ['AdaLovelace2026', 'your name'],
    ['x'.repeat(300), '256 are the most'],
  ])('%s will not: %s', (password, reason) => {
    expect(passwordProblem(password, ada)).toContain(reason);
  });
});
