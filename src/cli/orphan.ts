/**
 * Calls back when the program that started this one over an IPC channel closes it or ends, by whatever kill; never where
 * there is no channel. A channel that is listened to doesn't keep the process alive.
 */
export function whenOrphaned(stop: () => void): void {
  if (process.connected) {
    process.once('disconnect', stop);
    process.channel?.unref();
  } else if (process.connected === false) stop();
}
