from cache import Store

now = [0]
store = Store(10, lambda: now[0])
store.put("a", 1)
assert store.get("a") == 1
now[0] = 10
assert store.get("a") is None
assert store.entries == {}
print("passed")
