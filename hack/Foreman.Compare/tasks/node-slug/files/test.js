const assert = require('assert');
const { slug } = require('./src/slug.js');

assert.strictEqual(slug('Hello,  World!'), 'hello-world');
console.log('passed');
