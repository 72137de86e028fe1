// Loaded with --require: the first renames to a best checkpoint fail (BREAK_BEST, how many); after the n-th save of the
// last one (AWAY) the folder of the checkpoints is gone, until the process says that something could not be saved.
const fs = require('node:fs/promises');
const { existsSync, renameSync } = require('node:fs');
const { syncBuiltinESMExports } = require('node:module');

const { rename } = fs;
const { BREAK_BEST, AWAY } = process.env;
let [broken, saved] = [0, 0];
fs.rename = async (from, to) => {
  const isBest = to.endsWith('.best.json');
  if (isBest && broken++ < Number(BREAK_BEST ?? 0))
    throw Object.assign(new Error('no space'), { code: 'ENOSPC', errno: -28, syscall: 'rename' });
  await rename(from, to);
  if (!isBest && ++saved === Number(AWAY)) renameSync('checkpoints', 'elsewhere');
};
syncBuiltinESMExports();

const write = process.stderr.write.bind(process.stderr);
process.stderr.write = (data, ...rest) => {
  if (String(data).includes('could not be saved') && existsSync('elsewhere'))
    renameSync('elsewhere', 'checkpoints');
  return write(data, ...rest);
};
