function equal(a, b) {
    if (a === b) {
        return true;
    }
    if (typeof a === 'object' && typeof b === 'object') {
        for (const key of Object.keys(a)) {
            if (a[key] !== b[key]) {
                return false;
            }
        }
        return true;
    }
    return false;
}

module.exports = { equal };
