[ "$(printf 'x \n\n  y\t\n\n' | perl trim.pl | od -An -c | tr -d ' \n')" = 'x\n\ny\n' ] || [ "$(printf 'x \n\n  y\t\n\n' | perl trim.pl | wc -c)" -eq 7 ]
[ -z "$(printf '\n \n' | perl trim.pl)" ]
