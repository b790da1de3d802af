python3 -c "from stats import *; assert mean([]) == 0; assert mean([1,2]) == 1.5; assert median([5,1]) == 3; assert median([3,1,2]) == 2"
