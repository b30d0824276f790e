# wanted: 0 passed, 1 failed, saying: checked nothing
say "nothing is checked here"
