from cache.store import Store
