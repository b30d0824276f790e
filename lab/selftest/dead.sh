# wanted: 1 passed, 1 failed, saying: ended early
check "before the end" true
poweroff -f
sleep 20
