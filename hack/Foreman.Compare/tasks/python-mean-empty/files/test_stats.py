from stats import mean, median

assert mean([]) == 0.0
assert median([1, 2, 3, 4]) == 2.5
print("passed")
