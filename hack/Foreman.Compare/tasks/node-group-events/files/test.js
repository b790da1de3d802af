const assert = require('assert');
const { group } = require('./src/group.js');

const days = group([
    { at: '2026-01-02T10:00', name: 'b' },
    { at: '2026-01-01T09:00', name: 'a' },
    { name: 'lost' },
]);
assert.strictEqual(JSON.stringify(days), '{"2026-01-01":["a"],"2026-01-02":["b"]}');
console.log('passed');
