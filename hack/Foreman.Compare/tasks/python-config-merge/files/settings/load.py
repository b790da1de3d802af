from settings.merge import merge

DEFAULTS = {"server": {"port": 80, "host": "localhost"}, "debug": False}


def load(given):
    values = DEFAULTS
    if given:
        values.update(given)
    return values
