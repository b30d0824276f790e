# wanted: 1 passed, 1 failed, saying: ended with status 3
check "before the end" true
exit 3
