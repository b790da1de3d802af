perl report.pl > out.tmp
grep -q '^screwdriver      7$' out.tmp; grep -q '^saw             12$' out.tmp; grep -q '^total           39$' out.tmp
