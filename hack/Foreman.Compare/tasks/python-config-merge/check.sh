python3 -c "
from settings.load import load, DEFAULTS
from settings.merge import merge
a={'x':{'y':{'z':1}}}; b={'x':{'y':{'q':2}}}
assert merge(a,b)=={'x':{'y':{'z':1,'q':2}}} and a=={'x':{'y':{'z':1}}}
load({'debug':True}); assert DEFAULTS['debug'] is False
assert load(None)==DEFAULTS"
