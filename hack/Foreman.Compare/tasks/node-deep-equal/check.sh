node -e "
const {equal}=require('./src/equal.js'); const a=require('assert');
a(equal(1,1)); a(!equal(1,'1')); a(equal([[]],[[]])); a(!equal({a:undefined},{b:1})); a(!equal({x:{y:1}},{x:{y:2}})); a(equal(null,null))"
