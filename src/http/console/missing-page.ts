// What a browser sees while there is no built console: in a clone it is being built, so the page looks again by itself.

/** `building`: whether somebody is at it, as `npm start` is in a clone. */
export function missingPage(building: boolean, nonce: string): string {
  const words = building
    ? '<p>It is being built, which takes some seconds; this page looks again by itself.</p><p>If it stays: <code>npm run build:console</code> builds it and says what is wrong.</p>'
    : '<p>This installation came without the built console. The API works: see <a href="/docs">the reference</a>.</p><p>In a clone, <code>npm run build</code> makes the whole package.</p>';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${building ? '<meta http-equiv="refresh" content="2">' : ''}
<title>Tollgate</title>
<style nonce="${nonce}">body{font:15px/1.6 system-ui,sans-serif;max-width:36rem;margin:20vh auto;padding:0 1.5rem}h1{font-size:1.25rem}</style>
</head>
<body><h1>The console is not there yet</h1>${words}</body>
</html>
`;
}
