node -e "const {slug}=require('./src/slug.js'); const a=require('assert'); a.strictEqual(slug('--A  b--C9'),'a-b-c9'); a.strictEqual(slug('!!'),'')"
