cat > hidden.js <<'X'
const {run}=require('./src/queue.js'); const a=require('assert');
let busy=0, most=0; const j=(v,n)=>async()=>{busy++; most=Math.max(most,busy); for(let i=0;i<n;i++) await null; busy--; return v;};
run([j(1,5),j(2,1),j(3,3),j(4,1)],3).then(r=>{a.deepStrictEqual(r,[1,2,3,4]); a.strictEqual(most,3); return run([],2)}).then(r=>{a.deepStrictEqual(r,[]); require('fs').writeFileSync('ok','')});
X
node hidden.js; [ -f ok ]
