from parse import count

assert count(["INFO no ERROR here", "ERROR x"]) == {"INFO": 1, "WARN": 0, "ERROR": 1}
print("passed")
