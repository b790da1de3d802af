function greet(names) {
    return `Hello ${names[0]}`;
}

module.exports = { greet };
