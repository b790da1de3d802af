const assert = require('assert');
const { parse } = require('./cli.js');
const { greet } = require('./src/greet.js');

assert.deepStrictEqual(parse(['--name=a', '--name', 'b']), ['a', 'b']);
assert.strictEqual(greet(['a', 'b']), 'Hello a and b');
console.log('passed');
