// Waiting for the operator to end a long-running command.

/** A second Ctrl-C later than this after the first is meant; one sooner is the same one, come by another way. */
const sameKeyMs = 500;

/**
 * Resolves with the first SIGINT or SIGTERM. The same signal may come twice, to the process group and forwarded by npm,
 * so only a second Ctrl-C ends the process at once. So does the death of the launcher (bin/tollgate.mjs), seen by its
 * channel: it was killed, and who did that expects port and data folder to be free.
 */
export function untilSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let firstAt: number | undefined;
    const onSignal = (signal: NodeJS.Signals) => {
      const now = performance.now();
      if (firstAt !== undefined && signal === 'SIGINT' && now - firstAt > sameKeyMs) process.exit(130);
      firstAt ??= now;
      resolve(signal);
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
    process.once('disconnect', () => process.exit(137));
    process.channel?.unref();
  });
}
