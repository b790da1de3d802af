cat > hidden.py <<'X'
from cache import Store
now=[5]
s=Store(3,lambda:now[0]); s.put('k','v'); now[0]=7
assert s.get('k')=='v'; assert s.get('z') is None; now[0]=8
assert s.get('k') is None and 'k' not in s.entries
X
python3 hidden.py
