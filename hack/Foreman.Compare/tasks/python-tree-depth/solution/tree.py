class Node:
    def __init__(self, name, children=()):
        self.name = name
        self.children = list(children)

    def depth(self):
        return 1 + max((child.depth() for child in self.children), default=0)

    def size(self):
        return 1 + sum(child.size() for child in self.children)
