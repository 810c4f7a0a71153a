// Worker threads and child processes are started by file name, which ends in .ts in development (Node strips the
// types) and in .js when compiled. Static imports are rewritten by the compiler; these are not.

/** URL of a module beside the caller: `siblingModule(import.meta.url, './worker')`. */
export function siblingModule(callerUrl: string, name: string): URL {
  return new URL(`${name}${callerUrl.endsWith('.ts') ? '.ts' : '.js'}`, callerUrl);
}
