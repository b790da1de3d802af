from tree import Node

root = Node("a", [Node("b"), Node("c", [Node("d")])])
assert root.depth() == 3
assert root.size() == 4
print("passed")
