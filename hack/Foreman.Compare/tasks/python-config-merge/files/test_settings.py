from settings.load import DEFAULTS, load

assert load({"server": {"port": 1}}) == {"server": {"port": 1, "host": "localhost"}, "debug": False}
assert DEFAULTS["server"]["port"] == 80
print("passed")
