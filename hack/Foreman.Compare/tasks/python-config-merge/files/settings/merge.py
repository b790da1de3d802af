def merge(base, more):
    result = base
    for key, value in more.items():
        result[key] = value
    return result
