from settings.merge import merge

DEFAULTS = {"server": {"port": 80, "host": "localhost"}, "debug": False}


def load(given):
    return merge(DEFAULTS, given or {})
