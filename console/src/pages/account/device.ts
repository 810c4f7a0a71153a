// A browser's own name for itself in words: `Firefox on Linux`. Only for people: anybody can say anything there.

export function deviceOf(userAgent: string): { readonly name: string; readonly phone: boolean } {
  const browser = firstOf(userAgent, [
    [/Edg(?:e|A|iOS)?\//, 'Edge'],
    [/OPR\/|Opera/, 'Opera'],
    [/Firefox\/|FxiOS\//, 'Firefox'],
    [/(?:Headless)?Chrome\/|CriOS\//, 'Chrome'],
    [/Safari\//, 'Safari'],
    [/curl\//, 'curl'],
  ]);
  const system = firstOf(userAgent, [
    [/iPhone/, 'iPhone'],
    [/iPad/, 'iPad'],
    [/Android/, 'Android'],
    [/Windows/, 'Windows'],
    [/Mac OS X|Macintosh/, 'macOS'],
    [/CrOS/, 'ChromeOS'],
    [/Linux/, 'Linux'],
  ]);
  const name = browser && system ? `${browser} on ${system}` : (browser ?? system ?? 'Unknown browser');
  return { name, phone: /iPhone|Android.*Mobile/.test(userAgent) };
}

function firstOf(text: string, names: readonly (readonly [RegExp, string])[]): string | undefined {
  return names.find(([pattern]) => pattern.test(text))?.[1];
}
