def count(lines):
    """How many lines there are of each level."""
    counts = {"INFO": 0, "WARN": 0, "ERROR": 0}
    for line in lines:
        for level in counts:
            if level in line:
                counts[level] += 1
    return counts
