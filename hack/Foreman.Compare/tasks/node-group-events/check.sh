node -e "
const {group}=require('./src/group.js'); const a=require('assert');
a.strictEqual(JSON.stringify(group([{at:'2026-02-01T1',name:'x'},{at:'2026-01-31T9',name:'y'},{at:'2026-02-01T0',name:'z'},{at:''}])),'{\"2026-01-31\":[\"y\"],\"2026-02-01\":[\"x\",\"z\"]}')"
