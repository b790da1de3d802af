async function run(jobs, limit) {
    const results = [];
    let next = 0;
    async function worker() {
        while (next < jobs.length) {
            const job = jobs[next++];
            results.push(await job());
        }
    }
    const workers = [];
    for (let i = 0; i < jobs.length; i++) {
        workers.push(worker());
    }
    await Promise.all(workers);
    return results;
}

module.exports = { run };
