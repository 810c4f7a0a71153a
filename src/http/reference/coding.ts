// Which content coding a client gets. RFC 9110 section 12.5.3.

export type Coding = 'br' | 'gzip' | 'identity';

/** The smallest that the `Accept-Encoding` header allows. */
export function preferredCoding(acceptEncoding: string | undefined): Coding {
  const weights = new Map(
    (acceptEncoding ?? '').split(',').map((entry) => {
      const [name = '', ...parameters] = entry.split(';').map((part) => part.trim().toLowerCase());
      const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
      return [name, weight === undefined ? 1 : Number(weight)];
    }),
  );
  const allows = (coding: string) => (weights.get(coding) ?? weights.get('*') ?? 0) > 0;
  return allows('br') ? 'br' : allows('gzip') ? 'gzip' : 'identity';
}
