python3 -c "from elements import *; assert len(ELEMENTS) == 54; assert ELEMENTS['Fe'] == ('Iron', 26); assert number('Xenon') == 54; assert number('Foo') is None"
