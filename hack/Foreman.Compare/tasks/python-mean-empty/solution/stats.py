def mean(values):
    return sum(values) / len(values) if values else 0.0


def median(values):
    ordered = sorted(values)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    else:
        return (ordered[middle - 1] + ordered[middle]) / 2
