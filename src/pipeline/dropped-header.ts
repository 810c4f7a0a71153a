// The value of `x-tollgate-dropped-params`. Names of fields are the client's own text: they may hold anything, and be many.

/** Characters. Proxies and clients take a head of 8 KiB, some of 4. */
const mostRoom = 2_000;
const longestName = 64;

/** Names with commas between them; what is no visible ASCII, and signs of the list itself, stand percent-encoded. */
export function droppedHeader(names: readonly string[]): string {
  const shown: string[] = [];
  let room = mostRoom;
  for (const name of names) {
    const written = writtenName(name);
    room -= written.length + 2;
    if (room < 0) break;
    shown.push(written);
  }
  if (shown.length < names.length) shown.push(`+${names.length - shown.length} more`);
  return shown.join(', ');
}

function writtenName(name: string): string {
  const cut = name.length > longestName ? `${name.slice(0, longestName)}...` : name;
  return cut.toWellFormed().replace(/[^!-~]|[%,]/gu, (sign) => encodeURIComponent(sign));
}
