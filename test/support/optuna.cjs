#!/usr/bin/env node
/*
 * A stand-in for the command line of Optuna 5: create-study, ask, tell. It notes how it was called in calls.log, and chooses
 * the n-th of each list and the lower end of each range, times 1 + n.
 */
const { appendFileSync, existsSync, readFileSync } = require('node:fs');

const [command, ...options] = process.argv.slice(2);
const option = (name) => (options.includes(name) ? options[options.indexOf(name) + 1] : undefined);
const calls = existsSync('calls.log') ? readFileSync('calls.log', 'utf8').split('\n') : [];
const n = calls.filter((line) => line.startsWith('ask')).length;
appendFileSync('calls.log', `${[command, ...options].join(' ')}\n`);
if (process.env.OPTUNA_FAILS === command) {
  process.stderr.write('Traceback\nValueError: no such sampler\n');
  process.exit(1);
}
if (command === 'ask') {
  const choices = Object.entries(JSON.parse(option('--search-space'))).map(([key, { attributes }]) => [
    key,
    attributes.choices ? attributes.choices[n % attributes.choices.length] : attributes.low * (1 + n),
  ]);
  process.stdout.write(`${JSON.stringify({ number: 10 + n, params: Object.fromEntries(choices) })}\n`);
}
