def count(lines):
    """How many lines there are of each level."""
    counts = {"INFO": 0, "WARN": 0, "ERROR": 0}
    for line in lines:
        level = line.split(" ", 1)[0]
        if level in counts:
            counts[level] += 1
    return counts
