[ "$(node cli.js --name x --name=y=z)" = 'Hello x and y=z' ]; [ "$(node cli.js --name q)" = 'Hello q' ]
