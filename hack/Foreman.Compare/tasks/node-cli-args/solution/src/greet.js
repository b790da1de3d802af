function greet(names) {
    return `Hello ${names.join(' and ')}`;
}

module.exports = { greet };
