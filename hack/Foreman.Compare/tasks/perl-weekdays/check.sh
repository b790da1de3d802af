[ "$(perl -Ilib -MDays -e 'print Days::day("tr", 6), Days::month("nl", 12), Days::day("en", 0)')" = cumartesidecemberSunday ]
perl -Ilib -MDays -e 'exit(defined(Days::day("xx", 1)) || defined(Days::month("en", 13)) || defined(Days::month("en", 0)) ? 1 : 0)'
