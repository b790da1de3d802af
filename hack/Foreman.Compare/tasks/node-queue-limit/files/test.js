const assert = require('assert');
const { run } = require('./src/queue.js');

let busy = 0;
let most = 0;
const job = (value, steps) => async () => {
    busy++;
    most = Math.max(most, busy);
    for (let i = 0; i < steps; i++) {
        await null;
    }
    busy--;
    return value;
};
run([job('a', 9), job('b', 1), job('c', 1)], 2).then((results) => {
    assert.deepStrictEqual(results, ['a', 'b', 'c']);
    assert.strictEqual(most, 2);
    console.log('passed');
});
