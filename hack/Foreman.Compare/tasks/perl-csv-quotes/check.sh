perl -Ilib -MCsv -e 'my @f = Csv::fields(q("x, ""q""","",y,)); exit(@f == 4 && $f[0] eq "x, \"q\"" && $f[1] eq "" && $f[2] eq "y" && $f[3] eq "" ? 0 : 1)'
