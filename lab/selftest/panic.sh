# wanted: 1 passed, 2 failed, saying: Kernel panic
check "before the end" true
echo c >/proc/sysrq-trigger
sleep 1000
