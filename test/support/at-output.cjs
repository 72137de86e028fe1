// Loaded with --require: when the process writes AT_OUTPUT to standard output for the first time, it gets the signal
// AT_SIGNAL, or hears that the disk is full (ENOSPC).
const { isMainThread } = require('node:worker_threads');

const { AT_OUTPUT, AT_SIGNAL } = process.env;
if (isMainThread && AT_OUTPUT) {
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = (data, ...rest) => {
    const written = write(data, ...rest);
    if (!String(data).includes(AT_OUTPUT)) return written;
    process.stdout.write = write;
    if (AT_SIGNAL !== 'ENOSPC') process.emit(AT_SIGNAL, AT_SIGNAL);
    else process.stdout.emit('error', Object.assign(new Error('no space'), { code: 'ENOSPC', errno: -28 }));
    return written;
  };
}
