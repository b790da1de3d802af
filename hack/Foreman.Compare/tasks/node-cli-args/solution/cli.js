const { greet } = require('./src/greet.js');

function parse(args) {
    const names = [];
    for (let i = 0; i < args.length; i++) {
        if (args[i] === '--name') {
            names.push(args[++i]);
        } else if (args[i].startsWith('--name=')) {
            names.push(args[i].slice('--name='.length));
        }
    }
    return names;
}

module.exports = { parse };
if (require.main === module) {
    console.log(greet(parse(process.argv.slice(2))));
}
