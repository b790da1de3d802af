function group(events) {
    const days = {};
    const dated = events.filter((event) => event.at);
    dated.sort((a, b) => (a.at.slice(0, 10) < b.at.slice(0, 10) ? -1 : a.at.slice(0, 10) > b.at.slice(0, 10) ? 1 : 0));
    for (const event of dated) {
        const day = event.at.slice(0, 10);
        if (!days[day]) {
            days[day] = [];
        }
        days[day].push(event.name);
    }
    return days;
}

module.exports = { group };
