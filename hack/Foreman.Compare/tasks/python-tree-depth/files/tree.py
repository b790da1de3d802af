class Node:
    def __init__(self, name, children=()):
        self.name = name
        self.children = list(children)

    def depth(self):
        if self.children:
            for child in self.children:
                return 1 + child.depth()
        return 1
