async function run(jobs, limit) {
    const results = [];
    let next = 0;
    async function worker() {
        while (next < jobs.length) {
            const at = next++;
            results[at] = await jobs[at]();
        }
    }
    const workers = [];
    for (let i = 0; i < Math.min(limit, jobs.length); i++) {
        workers.push(worker());
    }
    await Promise.all(workers);
    return results;
}

module.exports = { run };
