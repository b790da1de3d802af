node -e "
const {currencies,format}=require('./src/currencies.js'); const a=require('assert');
a.strictEqual(Object.keys(currencies).length,46); a.strictEqual(format(1.5,'KWD'),'1.500 KWD'); a.strictEqual(format(2,'ZAR'),'2.00 ZAR'); a.strictEqual(currencies.THB.name,'Thai baht'); a.throws(()=>format(1,'QQQ'),RangeError)"
