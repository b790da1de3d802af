python3 -c "from tree import Node; l=Node('x'); assert l.depth()==1 and l.size()==1; r=Node('r',[l,Node('y',[Node('z',[Node('w')])]),Node('v')]); assert r.depth()==4 and r.size()==6"
