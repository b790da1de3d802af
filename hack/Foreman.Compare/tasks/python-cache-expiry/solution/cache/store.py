class Store:
    def __init__(self, seconds, clock):
        self.seconds = seconds
        self.clock = clock
        self.entries = {}

    def put(self, key, value):
        self.entries[key] = (self.clock(), value)

    def get(self, key):
        if key in self.entries:
            put_at, value = self.entries[key]
            if self.clock() - put_at < self.seconds:
                return value
            del self.entries[key]
        return None
