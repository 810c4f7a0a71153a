// Whether who asks is a browser that wants a page. A client of the API with a wrong base URL asks for `/models` too, and
// must get the API's own error.

/** RFC 9110 section 12.5.1. `alsoAnything`: a client that takes anything takes the page. */
export function acceptsPage(accept: string | undefined, alsoAnything: boolean): boolean {
  if (accept === undefined) return alsoAnything;
  return accept.split(',').some((entry) => {
    const [type = '', ...parameters] = entry.split(';').map((part) => part.trim().toLowerCase());
    if (parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))) return false;
    return (
      type === 'text/html' ||
      type === 'application/xhtml+xml' ||
      (alsoAnything && (type === '*/*' || type === 'text/*'))
    );
  });
}
