const assert = require('assert');
const { equal } = require('./src/equal.js');

assert(equal({ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }));
assert(!equal({ a: 1 }, { a: 1, b: 2 }));
assert(!equal([], {}));
assert(!equal(null, {}));
console.log('passed');
