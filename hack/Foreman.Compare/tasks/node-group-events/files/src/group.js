function group(events) {
    const days = {};
    for (const event of events) {
        const day = event.at;
        if (!days[day]) {
            days[day] = [];
        }
        days[day].push(event.name);
    }
    return days;
}

module.exports = { group };
