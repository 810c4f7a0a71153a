// Names for turns, lanes and conversations: random, so that two tabs never give the same one.

export function createIds(): () => string {
  return () => crypto.getRandomValues(new Uint32Array(3)).reduce((id, part) => id + part.toString(36), '');
}
