printf 'x y' > a.tmp; printf 'z\n' > b.tmp
[ "$(sh count.sh a.tmp b.tmp)" -eq 3 ]
[ "$(sh count.sh a.tmp missing)" -eq 2 ]
