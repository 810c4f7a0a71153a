// Waiting for the operator to end a long-running command.

/**
 * Resolves with the first SIGINT or SIGTERM; a second one ends the process at once. So does the death of the launcher
 * (bin/tollgate.mjs), seen by its channel: it was killed, and who did that expects port and data folder to be free.
 */
export function untilSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let first = true;
    const onSignal = (signal: NodeJS.Signals) => {
      if (!first) process.exit(signal === 'SIGINT' ? 130 : 143);
      first = false;
      resolve(signal);
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
    process.once('disconnect', () => process.exit(137));
    process.channel?.unref();
  });
}
