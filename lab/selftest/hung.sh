# wanted: 1 passed, 1 failed, saying: killed after 20 seconds
check "before the end" true
sleep 1000
